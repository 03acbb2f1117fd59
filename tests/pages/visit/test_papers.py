"""Papers of a visit: the note, the consent, the sheets for the patient, the drawing."""

import datetime

from needlepoint.records.models import Note
from needlepoint.records.notes.printed import paper_with_addenda
from needlepoint.records.notes.sign import amend, sign_note
from tests.kit.visits import ready


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
