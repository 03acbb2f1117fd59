"""The copay on the card, which a check-in charges."""

from decimal import Decimal

import pytest
from django.utils import timezone

from needlepoint.records.billing.ledger import refund, void_entry
from needlepoint.records.models import LedgerEntry, Patient, Visit
from needlepoint.records.visit.act import act
from needlepoint.visit import commands
from tests.pages.billing.kit import as_member, member, paid
from tests.pages.kit import Action, of_roles, says, words_of

ACT = Action("billing-copay", {"copay": "25"})


@pytest.fixture
def desk(client, clinic):
    return as_member(client, "desk")


@pytest.fixture
def booked(clinic, doctor):
    row = Visit.objects.filter(state="booked").earliest("pk")
    row.starts_at = timezone.now()  # minutes later may be tomorrow
    row.save()
    return row


def test_it_is_saved_and_taken_back(desk, patient):
    ACT.post(desk, patient.pk)
    assert Patient.objects.get(pk=patient.pk).copay_usd == Decimal(25)
    ACT.post(desk, patient.pk, copay="")
    assert Patient.objects.get(pk=patient.pk).copay_usd is None


def test_a_check_in_charges_it_once_and_its_undo_takes_it_back(desk, doctor, booked):
    ACT.post(desk, booked.patient_id)
    act(doctor, booked.pk, commands.CheckIn())
    assert LedgerEntry.objects.get(voided_at=None).amount == Decimal(25)
    act(doctor, booked.pk, commands.UndoCheckIn())
    assert not LedgerEntry.objects.filter(voided_at=None).exists()
    act(doctor, booked.pk, commands.CheckIn())
    assert LedgerEntry.objects.filter(voided_at=None).count() == 1
    act(doctor, booked.pk, commands.Cancel(because="went home"))
    assert not LedgerEntry.objects.filter(voided_at=None).exists()


def test_nothing_is_charged_that_nobody_recorded(doctor, booked):
    act(doctor, booked.pk, commands.CheckIn())
    assert not LedgerEntry.objects.exists()


def test_bad_input_another_role_practice_or_method_is_refused(
    desk, signed_in_apart, doctor, patient, elsewhere
):
    says(ACT.post(desk, patient.pk, copay="lots"), "Enter digits only")
    assert ACT.post(desk, elsewhere.patient_id).status_code == 404
    assert desk.get(ACT.url(patient.pk)).status_code == 405
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in_apart, patient.pk).status_code == 403


def _board(desk):
    return words_of(desk.get("/today/"))


@pytest.fixture
def due(desk, booked):
    ACT.post(desk, booked.patient_id, copay="20")
    booked.refresh_from_db()
    return booked


@pytest.mark.parametrize("checked_in_first", [True, False])
def test_the_board_says_that_the_copay_is_paid(desk, doctor, due, checked_in_first):
    assert "Copay $20.00" in _board(desk)
    if checked_in_first:
        act(doctor, due.pk, commands.CheckIn())
    paid(due.patient, "20", due)
    assert "Copay paid" in _board(desk)
    assert "Copay $20.00" not in _board(desk)
    if not checked_in_first:
        act(doctor, due.pk, commands.CheckIn())
    assert "Copay paid" in _board(desk)


def test_the_board_says_what_is_left_of_the_copay(desk, due):
    row = paid(due.patient, "15", due)
    assert "Copay $5.00" in _board(desk)
    refund(member("biller"), row.pk, Decimal(5), "typed wrong")
    assert "Copay $10.00" in _board(desk)
    other = paid(due.patient, "10", due)
    assert "Copay paid" in _board(desk)
    void_entry(member("biller"), other.pk, "typed twice")
    assert "Copay $10.00" in _board(desk)


def test_a_payment_without_a_visit_counts_where_nothing_else_is_owed(desk, doctor, due):
    paid(due.patient, "20")
    assert "Copay paid" in _board(desk)
    act(doctor, due.pk, commands.CheckIn())
    assert "Copay paid" in _board(desk)


def test_an_older_debt_does_not_hide_that_the_copay_is_paid(desk, due):
    Action("billing-charge", {"amount": "50", "purpose": "other"}).post(desk, due.patient_id)
    paid(due.patient, "20", due)
    said = _board(desk)
    assert "Copay paid" in said
    assert "owes $30.00" in said
