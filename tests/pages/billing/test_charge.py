"""A charge that the desk adds."""

import pytest

from needlepoint.records.models import LedgerEntry
from tests.pages.billing.kit import as_member
from tests.pages.kit import Action, of_roles, says

ACT = Action("billing-charge", {"amount": "140", "purpose": "visit", "words": "self-pay", "key": "k"})


@pytest.fixture
def desk(client, clinic):
    return as_member(client, "desk")


def test_it_works(desk, patient):
    for _ in range(2):  # pressed twice
        assert ACT.post(desk, patient.pk).status_code == 302
    row = LedgerEntry.objects.get()
    assert (row.kind, row.number, row.words) == ("charge", None, "self-pay")
    assert "$140.00" in desk.get(f"/billing/patients/{patient.pk}/").content.decode()


def test_a_copay_is_charged_once_a_visit(desk, patient, visit):
    visit.patient = patient
    visit.save()
    assert ACT.post(desk, patient.pk, purpose="copay", visit=visit.pk, key="1").status_code == 302
    says(ACT.post(desk, patient.pk, purpose="copay", visit=visit.pk, key="2"), "on the account already")


def test_bad_input_is_said_at_its_field(desk, patient):
    says(ACT.post(desk, patient.pk, amount="-1"), "0")
    says(ACT.post(desk, patient.pk, words="4111111111111111"), "may be a card number")
    assert not LedgerEntry.objects.exists()


def test_another_role_practice_or_method_is_refused(desk, signed_in_apart, doctor, patient, elsewhere):
    assert ACT.post(desk, elsewhere.patient_id).status_code == 404
    assert desk.get(ACT.url(patient.pk)).status_code == 405
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in_apart, patient.pk).status_code == 403
