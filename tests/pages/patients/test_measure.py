"""Weight and height for the dose."""

import pytest

from tests.pages.kit import Action, of_roles, says

ACT = Action("patient-measure", {"weight_kg": "72", "height_cm": ""})


def test_it_works(signed_in, patient):
    before = patient.height_cm
    assert ACT.post(signed_in, patient.pk).status_code == 302
    patient.refresh_from_db()
    assert (patient.weight_kg, patient.height_cm) == (72, before)


def test_another_role_is_refused(signed_in, doctor, patient):
    of_roles(doctor, "front_desk")
    assert ACT.post(signed_in, patient.pk).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.patient_id).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"weight_kg": "1500"}, "from 20 to 350 kg"),
        ({"weight_kg": "70.25"}, "Digits after the point: at most 1."),
        ({"height_cm": "tall"}, "Enter digits only"),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, patient, sent, said):
    says(ACT.post(signed_in, patient.pk, **sent), said)


def test_a_get_is_refused(signed_in, patient):
    assert signed_in.get(ACT.url(patient.pk)).status_code == 405
