"""The desk puts a patient on the waitlist."""

import pytest

from needlepoint.records.models import WaitlistEntry
from tests.pages.kit import Action, of_roles

ACT = Action("patient-wait")


@pytest.fixture
def sent(service, monday):
    return {"service": service.pk, "until": monday.isoformat(), "who": ""}


def test_it_works(signed_in, patient, sent):
    assert ACT.post(signed_in, patient.pk, **sent).status_code == 302
    assert WaitlistEntry.objects.get(patient=patient).closed_at is None


def test_another_role_is_refused(signed_in, doctor, patient, sent):
    of_roles(doctor)
    assert ACT.post(signed_in, patient.pk, **sent).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere, sent):
    assert ACT.post(signed_in, elsewhere.patient_id, **sent).status_code == 404


@pytest.mark.parametrize("wrong", [{"service": "x"}, {"until": "soon"}])
def test_bad_input_keeps_nobody_waiting(signed_in, patient, sent, wrong):
    assert ACT.post(signed_in, patient.pk, **{**sent, **wrong}).status_code in (404, 422)
    assert not WaitlistEntry.objects.filter(patient=patient).exists()


def test_a_get_is_refused(signed_in, patient):
    assert signed_in.get(ACT.url(patient.pk)).status_code == 405
