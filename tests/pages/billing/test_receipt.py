"""The receipt of a payment, as a PDF in both languages."""

import pytest

from needlepoint.guard.models import AuditEvent
from tests.kit.papers import text_of
from tests.pages.billing.kit import as_member, paid
from tests.pages.kit import Action, of_roles

PAPER = Action("billing-receipt")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("Receipt", "check (1043)", "Received by")), ("es", ("Recibo", "cheque (1043)", "Recibido por"))],
)
def test_it_says_what_was_paid(client, patient, lang, words):
    row = paid(patient, method="check", reference="1043")
    answer = as_member(client, "desk").get(f"{PAPER.url(row.pk)}?lang={lang}")
    said = text_of(answer.content)
    for word in (*words, "R-000001", "$25.00", "USD", patient.family):
        assert word in said
    assert answer["Cache-Control"] == "private, no-store"
    assert AuditEvent.objects.filter(action="print", what=f"receipt {row.pk}").exists()


def test_it_is_in_the_patients_language_by_itself(client, patient):
    patient.language = "es"
    patient.save()
    row = paid(patient)
    assert "Recibo" in text_of(as_member(client, "desk").get(PAPER.url(row.pk)).content)
    assert "Recibo" in text_of(client.get(f"{PAPER.url(row.pk)}?lang=zz").content)


def test_a_void_one_says_so(client, patient):
    from needlepoint.records.billing.ledger import void_entry
    from tests.pages.billing.kit import member

    row = paid(patient)
    void_entry(member("biller"), row.pk, "wrong patient")
    assert "was voided" in text_of(as_member(client, "desk").get(f"{PAPER.url(row.pk)}?lang=en").content)


def test_another_role_or_practice_gets_none(client, doctor, patient, elsewhere):
    row = paid(patient)
    of_roles(doctor, "clinician")
    client.force_login(doctor.user)
    assert client.get(PAPER.url(row.pk)).status_code == 403
    client.force_login(elsewhere.clinician.user)
    of_roles(elsewhere.clinician, "owner")
    assert client.get(PAPER.url(row.pk)).status_code == 404
