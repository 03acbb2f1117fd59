"""A refund: by whom, of how much, and why."""

import pytest

from needlepoint.records.billing.ledger import balances
from needlepoint.records.models import LedgerEntry
from tests.pages.billing.kit import as_member, paid
from tests.pages.kit import Action, says

ACT = Action("billing-refund", {"amount": "10.00", "reason": "charged twice"})


@pytest.fixture
def biller(client, clinic):
    return as_member(client, "biller")


def test_it_works(biller, patient):
    row = paid(patient, method="check", reference="1043")
    assert ACT.post(biller, row.pk).status_code == 302
    back = LedgerEntry.objects.get(kind="refund")
    assert (back.refund_of, back.number, back.method, back.words) == (row, 2, "check", "charged twice")
    assert balances([patient.pk])[patient.pk] == -15


def test_no_more_than_was_paid(biller, patient):
    row = paid(patient)
    ACT.post(biller, row.pk, amount="20")
    says(ACT.post(biller, row.pk, amount="6"), "more than is left of the payment")
    says(ACT.post(biller, LedgerEntry.objects.get(kind="refund").pk, amount="1"), "more than is left")
    assert LedgerEntry.objects.count() == 2


def test_bad_input_is_said_at_its_field(biller, patient):
    row = paid(patient)
    says(ACT.post(biller, row.pk, reason=""), "required")
    says(ACT.post(biller, row.pk, reason="card 4111111111111111"), "may be a card number")
    says(ACT.post(biller, row.pk, amount="0"), "more than 0 dollars")


def test_the_desk_may_not(client, patient):
    assert ACT.post(as_member(client, "desk"), paid(patient).pk).status_code == 403


def test_another_practice_and_a_get_are_refused(biller, patient, elsewhere):
    row = paid(patient)
    assert biller.get(ACT.url(row.pk)).status_code == 405
    LedgerEntry.objects.filter(pk=row.pk).update(practice=elsewhere.practice)
    assert ACT.post(biller, row.pk).status_code == 404
