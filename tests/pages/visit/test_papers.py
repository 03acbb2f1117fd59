"""Papers of a visit: the note, the consent, the sheets for the patient, the drawing."""

import datetime

import pytest
from django.urls import reverse

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Consent, Note, Visit
from needlepoint.records.notes.printed import paper_with_addenda
from needlepoint.records.notes.sign import amend, sign_note
from tests.kit.visits import ready
from tests.pages.kit import of_roles


def test_the_printed_note_holds_every_addendum_with_local_time(signed_in, doctor, visit):
    note = sign_note(doctor, visit.pk, ready(doctor, visit))
    Note.objects.filter(pk=note.pk).update(
        signed_at=datetime.datetime(2026, 11, 22, 0, 6, tzinfo=datetime.UTC)
    )
    assert signed_in.get(f"/visits/{visit.pk}/note.pdf").content == bytes(note.pdf)
    row = amend(doctor, visit.pk, "The left side was meant.")
    type(row).objects.update(at=datetime.datetime(2026, 11, 22, 1, 30, tzinfo=datetime.UTC))
    printed = signed_in.get(f"/visits/{visit.pk}/note.pdf").content
    assert printed.startswith(b"%PDF")
    assert printed != bytes(note.pdf)
    paper = paper_with_addenda(Note.objects.get(pk=note.pk))
    assert paper["signed_at"] == "Nov 21, 2026, 7:06 PM EST"
    assert paper["addenda"] == [
        {"text": "The left side was meant.", "by": doctor.name, "at": "Nov 21, 2026, 8:30 PM EST"}
    ]
    assert paper["sha256"] == note.sha256
    page = signed_in.get(f"/visits/{visit.pk}/").content.decode()
    assert "Nov 21, 2026, 7:06 PM EST" in page
    assert "UTC" not in page


def paper(name, note):
    """The address of a paper of a signed visit."""
    key = Consent.objects.get(visit=note.visit_id).pk if name == "consent-pdf" else note.visit_id
    return reverse(name, args=[key])


@pytest.fixture
def note(doctor, visit):
    return sign_note(doctor, visit.pk, ready(doctor, visit), "en")


PAPERS = ["note-pdf", "consent-pdf", "visit-why", "visit-aftercare", "visit-drawing"]


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_handed_out_and_on_record(signed_in, doctor, note, name):
    before = AuditEvent.objects.count()
    answer = signed_in.get(paper(name, note))
    assert answer.status_code == 200
    assert answer.content.startswith(b"<svg" if name == "visit-drawing" else b"%PDF")
    assert "private" in answer["Cache-Control"]
    rows = AuditEvent.objects.order_by("pk")[before:]
    assert [row.action for row in rows if row.patient_id == note.visit.patient_id] in (["print"], ["read"])


@pytest.mark.parametrize("name", PAPERS)
def test_without_a_role_for_charts_there_is_none(signed_in, doctor, note, name):
    of_roles(doctor)
    assert signed_in.get(paper(name, note)).status_code == 403


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_of_another_practice_is_not_found(signed_in, note, elsewhere, name):
    Visit.objects.filter(pk=note.visit_id).update(practice=elsewhere.practice)
    assert signed_in.get(paper(name, note)).status_code == 404
