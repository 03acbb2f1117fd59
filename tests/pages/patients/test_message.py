"""A message about a patient to the staff."""

import pytest

from tests.pages.kit import Action, of_roles, says

ACT = Action("patient-message", {"text": "Please call back."})


def test_it_works(signed_in, patient):
    assert ACT.post(signed_in, patient.pk).status_code == 302
    assert [row.shared for row in patient.messages.all() if row.text == "Please call back."] == [False]


def test_another_role_is_refused(signed_in, doctor, patient):
    of_roles(doctor, "front_desk")
    assert ACT.post(signed_in, patient.pk).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.patient_id).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": " "}, "This field is required."),
        ({"to": "everybody"}, "Choose one of the options"),
        ({"text": "x" * 1001}, "Use at most 1000 characters."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, patient, sent, said):
    says(ACT.post(signed_in, patient.pk, **sent), said)


def test_a_get_is_refused(signed_in, patient):
    assert signed_in.get(ACT.url(patient.pk)).status_code == 405
