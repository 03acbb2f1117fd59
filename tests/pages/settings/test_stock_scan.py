"""A barcode."""

import pytest

from tests.pages.kit import Action, of_roles, says

ACT = Action("stock-scan", {"barcode": "0100312345678906172801311012345"})


def test_it_works(signed_in, clinic):
    page = ACT.post(signed_in)
    assert page.status_code == 200
    assert "12345" in page.content.decode()


def test_another_role_is_refused(signed_in, doctor, clinic):
    of_roles(doctor, "biller")
    assert ACT.post(signed_in).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"barcode": "hello"}, "This is not a GS1 barcode"),
        ({"barcode": ""}, "This field is required."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, clinic, sent, said):
    says(ACT.post(signed_in, **sent), said)


def test_a_get_is_refused(signed_in, clinic):
    assert signed_in.get(ACT.url()).status_code == 405
