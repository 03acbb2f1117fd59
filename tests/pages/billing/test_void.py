"""An entry made in error is voided with a reason, and stays readable."""

import pytest

from needlepoint.records.billing.cash import close_day
from needlepoint.records.billing.ledger import balances, refund
from needlepoint.records.models import LedgerEntry
from tests.pages.billing.kit import as_member, member, paid
from tests.pages.kit import Action, says, words_of

ACT = Action("billing-void", {"reason": "wrong patient"})


@pytest.fixture
def biller(client, clinic):
    return as_member(client, "biller")


def test_it_works(biller, patient):
    row = paid(patient)
    assert ACT.post(biller, row.pk).status_code == 302
    row.refresh_from_db()
    assert (row.void_reason, row.voided_by) == ("wrong patient", member("biller"))
    assert balances([patient.pk]) == {}
    assert "void: wrong patient" in words_of(biller.get(f"/billing/patients/{patient.pk}/"))


def test_not_twice_not_after_a_refund_and_not_after_the_close(biller, patient):
    row, other = paid(patient), paid(patient)
    ACT.post(biller, row.pk)
    says(ACT.post(biller, row.pk), "voided already")
    refund(member("biller"), other.pk, other.amount, "x")
    says(ACT.post(biller, other.pk), "Void the refund first.")
    third = paid(patient)
    close_day(member("desk"), third.location, third.amount, "")
    says(ACT.post(biller, third.pk), "Give a refund instead.")


def test_a_reason_is_needed(biller, patient):
    says(ACT.post(biller, paid(patient).pk, reason=" "), "required")


def test_the_desk_may_not_and_a_get_or_another_practice_is_refused(client, patient, elsewhere):
    row = paid(patient)
    assert ACT.post(as_member(client, "desk"), row.pk).status_code == 403
    assert as_member(client, "biller").get(ACT.url(row.pk)).status_code == 405
    LedgerEntry.objects.filter(pk=row.pk).update(practice=elsewhere.practice)
    assert ACT.post(client, row.pk).status_code == 404
