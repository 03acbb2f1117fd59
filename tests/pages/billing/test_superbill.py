"""The superbill of a signed visit."""

import pytest

from needlepoint.records.models import Note
from needlepoint.records.notes.sign import sign_note
from tests.kit.papers import text_of
from tests.kit.visits import ready
from tests.pages.billing.kit import as_member, paid
from tests.pages.kit import Action, of_roles, says

PAPER = Action("billing-superbill")


@pytest.fixture
def signed(doctor, visit):
    visit.clinician = doctor
    visit.save()
    sign_note(doctor, visit.pk, ready(doctor, visit))
    return Note.objects.get(visit=visit).visit


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("Superbill", "Diagnoses", "Units", "Paid")), ("es", ("Diagnósticos", "Unidades", "Pagado"))],
)
def test_it_says_what_a_plan_asks(client, signed, lang, words):
    paid(signed.patient, visit=signed)
    said = text_of(as_member(client, "desk").get(f"{PAPER.url(signed.pk)}?lang={lang}").content)
    billing = signed.practice.billing
    for word in (
        *words,
        "20552",
        "M79.1",
        billing.npi,
        billing.tax_id,
        signed.clinician.npi,
        "R-000001",
        "$25.00",
    ):
        assert word in said, said
    assert signed.patient.family in said


def test_a_price_that_is_missing_is_a_dash_and_no_total(client, signed):
    from needlepoint.cost.fees import Fees

    signed.practice.fees = Fees()
    signed.practice.save()
    said = text_of(as_member(client, "desk").get(f"{PAPER.url(signed.pk)}?lang=en").content)
    assert "—" in said
    assert "$0.00" not in said


def test_a_visit_that_is_not_signed_has_none(client, visit):
    assert as_member(client, "desk").get(PAPER.url(visit.pk)).status_code == 404


def test_a_visit_without_codes_says_so(client, signed, monkeypatch):
    from needlepoint.records.billing import papers

    monkeypatch.setattr(papers, "_coding", lambda note: None)
    says(as_member(client, "desk").get(PAPER.url(signed.pk)), "has no codes")


def test_another_role_or_practice_gets_none(client, doctor, signed, elsewhere):
    of_roles(elsewhere.clinician, "owner")
    client.force_login(elsewhere.clinician.user)
    assert client.get(PAPER.url(signed.pk)).status_code == 404
    of_roles(doctor, "clinician")
    client.force_login(doctor.user)
    assert client.get(PAPER.url(signed.pk)).status_code == 403
