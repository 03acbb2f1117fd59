"""The shelf: what may be used, what has expired, what was recalled."""

from django.urls import reverse

from tests.pages.kit import of_roles, words_of


def test_every_lot_stands_there_with_its_state(signed_in):
    said = words_of(signed_in.get(reverse("stock")))
    for words in ("LX100", "LX090", "RP200", "xpired", "ecalled"):
        assert words in said


def test_another_role_is_refused(signed_in, doctor):
    of_roles(doctor, "biller")
    assert signed_in.get("/stock/").status_code == 403
