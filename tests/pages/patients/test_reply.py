"""A message to the patient."""

import pytest

from tests.pages.kit import Action, of_roles, says

ACT = Action("patient-reply", {"text": "Your result is fine."})


def test_it_works(signed_in, patient):
    assert ACT.post(signed_in, patient.pk).status_code == 302
    assert [(row.text, row.shared) for row in patient.messages.all()] == [("Your result is fine.", True)]


def test_another_role_is_refused(signed_in, doctor, patient):
    of_roles(
        doctor,
    )
    assert ACT.post(signed_in, patient.pk).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.patient_id).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": " "}, "This field is required."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, patient, sent, said):
    says(ACT.post(signed_in, patient.pk, **sent), said)


def test_a_get_is_refused(signed_in, patient):
    assert signed_in.get(ACT.url(patient.pk)).status_code == 405
