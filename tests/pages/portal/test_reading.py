"""A patient's own pages: what is shown, stored, priced and downloaded."""

from __future__ import annotations

import pytest

from needlepoint.documents.leaflets.questions import SECTIONS
from needlepoint.guard.models import AuditEvent
from needlepoint.records.billing.prices import is_insured
from needlepoint.records.models import (
    Visit,
)
from needlepoint.records.portal.intake import answer, hand_in, set_signs, set_where
from needlepoint.records.values import NamedInsurance
from tests.documents.leaflets.reading import SIXTH, grade
from tests.kit.portal import HEALTHY, text_of


def test_every_read_of_a_patient_stands_in_the_trail(me, patient, ahead):
    before = AuditEvent.objects.filter(patient_id=patient.pk).count()
    for path in (
        "/me/",
        f"/me/visits/{ahead.pk}/",
        f"/me/visits/{ahead.pk}/price/",
        "/me/my-data.pdf",
        "/me/messages/",
    ):
        assert me.get(path).status_code == 200
    events = AuditEvent.objects.filter(patient_id=patient.pk).order_by("pk")[before:]
    assert [(row.who, row.action) for row in events] == [("patient", "read")] * 3 + [
        ("patient", "print"),
        ("patient", "read"),
    ]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_patients_pages_are_read_in_the_sixth_grade(me, patient, ahead, lang):
    patient.language = lang
    patient.save()
    me.cookies["django_language"] = lang
    sections = [f"/me/visits/{ahead.pk}/intake/{name}/" for name in SECTIONS]
    for rest in (
        "/me/",
        "/me/settings/",
        "/me/people/",
        "/me/messages/",
        f"/me/visits/{ahead.pk}/price/",
        *sections,
    ):
        text = text_of(me.get(rest))
        assert not text or grade(text, lang) <= SIXTH, (rest, text)


def test_the_intake_names_the_insurance(ahead, patient):
    set_where(ahead, [], 5, 8, places=["mid_vertex"])
    set_signs(ahead, ["none"])
    answer(ahead, HEALTHY | {"insurance": ["medicaid"], "plan": ["Example Medicaid"], "member": ["M 1"]})
    hand_in(Visit.objects.get(pk=ahead.pk))
    patient.refresh_from_db()
    assert patient.told_insurance == NamedInsurance(kind="medicaid", plan="Example Medicaid", member="M 1")
    assert is_insured(patient)
