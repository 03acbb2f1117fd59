"""The account of a patient: what is owed, what was paid, and which forms the desk has."""

import pytest

from needlepoint.guard.models import AuditEvent
from needlepoint.records.billing.ledger import refund
from tests.pages.billing.kit import as_member, member, paid
from tests.pages.kit import Action, in_spanish, of_roles, words_of

PAGE = Action("billing-account")


def test_it_shows_balance_entries_and_receipts(client, patient):
    row = paid(patient)
    refund(member("biller"), row.pk, row.amount - 5, "charged twice")
    said = words_of(as_member(client, "desk").get(PAGE.url(patient.pk)))
    for words in (
        "Credit",
        "$5.00",
        "Payment",
        "Refund",
        "R-000001",
        "R-000002",
        "charged twice",
        "Not recorded",
    ):
        assert words in said
    assert AuditEvent.objects.filter(patient_id=patient.pk, what="account").exists()


def test_only_who_may_refund_has_the_forms_for_it(client, patient):
    row = paid(patient)
    page = PAGE.url(patient.pk)
    assert f"/billing/entries/{row.pk}/refund/" not in as_member(client, "desk").get(page).content.decode()
    assert f"/billing/entries/{row.pk}/refund/" in as_member(client, "biller").get(page).content.decode()


def test_it_asks_the_same_few_questions_of_the_database(client, patient, django_assert_num_queries):
    as_member(client, "desk")
    paid(patient)
    client.get(PAGE.url(patient.pk))
    with django_assert_num_queries(10) as first:
        client.get(PAGE.url(patient.pk))
    for _ in range(20):
        paid(patient)
    with django_assert_num_queries(len(first)):
        client.get(PAGE.url(patient.pk))


def test_it_speaks_spanish(client, patient):
    paid(patient)
    said = words_of(in_spanish(as_member(client, "desk")).get(PAGE.url(patient.pk)))
    assert "copago" in said
    assert "efectivo" in said


def test_another_role_is_refused(signed_in, doctor, patient):
    of_roles(doctor, "clinician")
    assert signed_in.get(PAGE.url(patient.pk)).status_code == 403


def test_another_practice_is_not_found(client, elsewhere):
    assert as_member(client, "desk").get(PAGE.url(elsewhere.patient_id)).status_code == 404


@pytest.mark.parametrize("right", [True, False])
def test_today_shows_copay_and_balance_to_who_takes_payments(client, clinic, doctor, visit, right):
    visit.patient.copay_usd = 25
    visit.patient.save()
    if not right:
        of_roles(doctor, "clinician")
    client.force_login(doctor.user)
    said = words_of(client.get("/today/"))
    assert ("Copay $25.00" in said) is right
