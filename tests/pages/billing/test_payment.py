"""A payment: cash, check, or the reference of a card terminal. No card number is ever kept."""

import datetime
import re

import pytest
from django.utils import timezone

from needlepoint.records.billing.ledger import balances
from needlepoint.records.models import LedgerEntry
from tests.pages.billing.kit import as_member, paid
from tests.pages.kit import Action, in_spanish, of_roles, says

ACT = Action(
    "billing-payment", {"amount": "25.00", "method": "cash", "purpose": "copay", "key": "k1", "sure": "on"}
)


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


ASKED = Action("billing-payment", {name: value for name, value in ACT.sent.items() if name != "sure"})
CHARGE = Action("billing-charge", {"amount": "100", "purpose": "visit"})


@pytest.fixture
def owing(desk, patient):
    CHARGE.post(desk, patient.pk)
    return patient


def test_the_same_payment_again_asks_first(desk, owing):
    ASKED.post(desk, owing.pk, key="a")
    said = says(
        ASKED.post(desk, owing.pk, key="b"), "Take it again?", "$25.00 was taken on", "(R-000001)", status=409
    )
    assert "more than is owed" not in said
    assert LedgerEntry.objects.filter(kind="payment").count() == 1
    assert ACT.post(desk, owing.pk, key="b").status_code == 302
    assert LedgerEntry.objects.filter(kind="payment").count() == 2


def test_what_is_asked_carries_all_that_was_entered(desk, owing, visit):
    visit.patient = owing
    visit.save()
    sent = {"method": "check", "reference": "1043", "visit": visit.pk, "amount": "500"}
    page = ASKED.post(desk, owing.pk, **sent).content.decode()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    assert desk.post(ASKED.url(owing.pk), fields).status_code == 302
    row = LedgerEntry.objects.get(kind="payment")
    assert (row.reference, row.visit, str(row.amount), row.key) == ("1043", visit, "500.00", "k1")


def test_a_form_that_is_sent_twice_is_not_asked_about(desk, owing):
    for _ in range(2):
        assert ASKED.post(desk, owing.pk).status_code == 302
    assert LedgerEntry.objects.filter(kind="payment").count() == 1


@pytest.mark.parametrize("change", [{"amount": "26"}, {"method": "check", "reference": "1043"}])
def test_another_payment_is_taken_at_once(desk, owing, change):
    ASKED.post(desk, owing.pk, key="a")
    assert ASKED.post(desk, owing.pk, key="b", **change).status_code == 302


def test_an_earlier_or_voided_payment_asks_nothing(desk, owing):
    row = paid(owing)
    LedgerEntry.objects.filter(pk=row.pk).update(at=timezone.now() - datetime.timedelta(hours=1))
    assert ASKED.post(desk, owing.pk, key="b").status_code == 302
    LedgerEntry.objects.filter(kind="payment").update(voided_at=timezone.now())
    assert ASKED.post(desk, owing.pk, key="c").status_code == 302


def test_a_reference_that_was_used_asks_first(desk, owing):
    paid(owing, "10", method="card", reference="T-77")
    sent = {"method": "card", "reference": "t-77"}
    says(ASKED.post(desk, owing.pk, **sent), "The reference t-77 was used on", "(R-000001)", status=409)
    assert ACT.post(desk, owing.pk, **sent).status_code == 302


def test_more_than_is_owed_asks_first(desk, patient, owing):
    says(
        ASKED.post(desk, owing.pk, amount="100.01"),
        "Take this payment?",
        "more than is owed: $100.00.",
        status=409,
    )
    says(ASKED.post(desk, owing.pk, amount="99999999"), "more than is owed", status=409)
    assert not LedgerEntry.objects.filter(kind="payment").exists()
    assert ASKED.post(desk, owing.pk, amount="100").status_code == 302


def test_the_copay_may_be_paid_before_the_check_in(desk, patient, visit):
    visit.patient = patient
    visit.save()
    patient.copay_usd = 25
    patient.save()
    assert ASKED.post(desk, patient.pk, visit=visit.pk).status_code == 302
    says(ASKED.post(desk, patient.pk, visit=visit.pk, key="b", amount="20"), "is owed: $0.00.", status=409)


def test_the_question_is_in_spanish_too(desk, owing):
    in_spanish(desk)
    says(
        ASKED.post(desk, owing.pk, amount="500"),
        "¿Recibir este pago?",
        "Es más de lo que se debe",
        status=409,
    )
