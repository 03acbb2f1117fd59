"""A signed paper that was changed is not handed out as if it were the one that was signed."""

from __future__ import annotations

import hashlib

import pytest

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Note, Visit
from needlepoint.records.notes.sign import sign_note
from tests.kit.portal import enter
from tests.kit.visits import ready


@pytest.fixture
def signed(doctor, visit):
    ready(doctor, visit)
    return sign_note(doctor, visit.pk, Visit.objects.get(pk=visit.pk).version)


def test_a_note_is_handed_out_as_it_was_signed(signed_in, signed):
    assert signed_in.get(f"/visits/{signed.visit_id}/note.pdf").content == bytes(signed.pdf)


@pytest.mark.parametrize("with_hash", [False, True])
def test_a_changed_note_is_refused_and_on_record(signed_in, signed, with_hash):
    forged = bytes(signed.pdf).replace(b"%PDF", b"%PDG", 1)
    change = {"pdf": forged} | ({"sha256": hashlib.sha256(forged).hexdigest()} if with_hash else {})
    Note.objects.filter(pk=signed.pk).update(**change)
    assert signed_in.get(f"/visits/{signed.visit_id}/note.pdf").status_code == 422
    assert AuditEvent.objects.filter(outcome="refused", patient_id=signed.visit.patient_id).exists()


def test_a_changed_consent_is_refused(signed_in, signed):
    consent = signed.visit.consents.first()
    type(consent).objects.filter(pk=consent.pk).update(pdf=b"%PDF forged")
    assert signed_in.get(f"/consents/{consent.pk}.pdf").status_code == 422


@pytest.mark.parametrize("path", ["/me/my-data.pdf", "/me/my-data.fhir.json"])
def test_a_changed_note_is_not_taken_along(client, signed, path):
    me = enter(client, signed.visit.patient)
    assert me.get(path).status_code == 200
    Note.objects.filter(pk=signed.pk).update(pdf=b"%PDF forged")
    assert me.get(path).status_code == 422
    assert AuditEvent.objects.filter(outcome="refused", patient_id=signed.visit.patient_id).exists()
