"""The day's cash is closed with what was counted."""

from decimal import Decimal

import pytest

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import CashClose, Location
from tests.pages.billing.kit import as_member, paid
from tests.pages.kit import Action, of_roles, says

ACT = Action("billing-close", {"counted": "25.00"})


@pytest.fixture
def desk(client, clinic):
    return as_member(client, "desk")


@pytest.fixture
def place(clinic):
    return Location.objects.filter(practice=clinic).earliest("pk").pk


def test_it_works(desk, patient, place):
    row = paid(patient)
    assert ACT.post(desk, location=place).status_code == 302
    found = CashClose.objects.get()
    row.refresh_from_db()
    assert (found.expected, found.counted, row.close) == (Decimal(25), Decimal(25), found)
    assert AuditEvent.objects.filter(what=f"cash: close {found.pk}").exists()
    says(ACT.post(desk, location=place), "nothing to close")


def test_a_difference_is_explained(desk, patient, place):
    paid(patient)
    says(ACT.post(desk, location=place, counted="20"), "Explain the difference.")
    assert ACT.post(desk, location=place, counted="20", words="change given wrong").status_code == 302


def test_bad_input_is_said_at_its_field(desk, patient, place):
    paid(patient)
    says(ACT.post(desk, location=place, counted="x"), "Enter digits only")
    says(ACT.post(desk, location=place, words="4111111111111111"), "may be a card number")


def test_another_role_practice_or_method_is_refused(desk, signed_in_apart, doctor, elsewhere):
    assert ACT.post(desk, location=elsewhere.location_id).status_code == 404
    assert desk.get(ACT.url()).status_code == 405
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in_apart).status_code == 403
