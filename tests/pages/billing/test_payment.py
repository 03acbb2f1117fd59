"""A payment: cash, check, or the reference of a card terminal. No card number is ever kept."""

import pytest

from needlepoint.records.billing.ledger import balances
from needlepoint.records.models import LedgerEntry
from tests.pages.billing.kit import as_member
from tests.pages.kit import Action, of_roles, says

ACT = Action("billing-payment", {"amount": "25.00", "method": "cash", "purpose": "copay", "key": "k1"})


@pytest.fixture
def desk(client, clinic):
    return as_member(client, "desk")


def test_it_works(desk, patient, visit):
    visit.patient = patient
    visit.save()
    assert ACT.post(desk, patient.pk, visit=visit.pk).status_code == 302
    row = LedgerEntry.objects.get()
    assert (row.number, str(row.amount), row.currency, row.by.user.username) == (1, "25.00", "USD", "desk")
    assert (row.visit, row.location) == (visit, visit.location)
    assert balances([patient.pk]) == {patient.pk: -row.amount}
    assert "R-000001" in desk.get(f"/billing/patients/{patient.pk}/").content.decode()


def test_numbers_have_no_gap_and_a_form_that_is_sent_twice_counts_once(desk, patient):
    for key in ("a", "a", "b"):
        ACT.post(desk, patient.pk, key=key)
    assert list(LedgerEntry.objects.order_by("pk").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("field", ["reference"])
@pytest.mark.parametrize("number", ["4111 1111 1111 1111", "378282246310005", "5555-5555-5555-4444"])
def test_a_card_number_is_refused_and_not_kept(desk, patient, field, number):
    says(ACT.post(desk, patient.pk, method="card", **{field: number}), "may be a card number")
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"amount": "0"}, "more than 0 dollars"),
        ({"amount": "12.505"}, "whole cents"),
        ({"amount": "many"}, "Enter digits only"),
        ({"amount": ""}, "required"),
        ({"method": ""}, "required"),
        ({"method": "shells"}, "Choose one of the options"),
        ({"method": "check"}, "Enter the check number."),
        ({"method": "card"}, "Enter the reference on the terminal's slip."),
        ({"purpose": "fun"}, "Choose one of the options"),
        ({"visit": "x"}, "Choose one of the options"),
    ],
)
def test_bad_input_is_said_at_its_field(desk, patient, sent, said):
    says(ACT.post(desk, patient.pk, **sent), said.replace("'", "&#x27;"))
    assert not LedgerEntry.objects.exists()


def test_a_visit_of_somebody_else_is_not_found(desk, patient, elsewhere):
    assert ACT.post(desk, patient.pk, visit=elsewhere.pk).status_code == 404


def test_another_role_is_refused(signed_in, doctor, patient):
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in, patient.pk).status_code == 403


def test_another_practice_is_not_found(desk, elsewhere):
    assert ACT.post(desk, elsewhere.patient_id).status_code == 404


def test_a_get_is_refused(desk, patient):
    assert desk.get(ACT.url(patient.pk)).status_code == 405
