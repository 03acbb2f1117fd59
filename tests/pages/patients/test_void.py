"""A list entry that no longer applies."""

import pytest

from needlepoint.records.patients.patients import add_listed
from tests.pages.kit import Action, of_roles, says

ACT = Action("patient-void", {"reason": "entered for someone else"})


@pytest.fixture
def line(doctor, patient):
    """A line of the patient."""
    return add_listed(doctor, patient, "allergy", "latex")


def test_it_works(signed_in, line):
    assert ACT.post(signed_in, line.patient_id, line.pk).status_code == 302
    line.refresh_from_db()
    assert line.void_reason == "entered for someone else"


def test_another_role_is_refused(signed_in, doctor, line):
    of_roles(doctor, "front_desk")
    assert ACT.post(signed_in, line.patient_id, line.pk).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"reason": " "}, "This field is required."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, line, sent, said):
    says(ACT.post(signed_in, line.patient_id, line.pk, **sent), said)


def test_another_practice_is_not_found(signed_in, elsewhere, line):
    assert ACT.post(signed_in, elsewhere.patient_id, line.pk).status_code == 404


def test_a_get_is_refused(signed_in, line):
    assert signed_in.get(ACT.url(line.patient_id, line.pk)).status_code == 405
