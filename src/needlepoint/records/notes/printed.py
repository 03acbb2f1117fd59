"""The printed note: the bytes as signed or, with addenda, the same text followed by them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from needlepoint.documents import to_pdf
from needlepoint.records.models import Note
from needlepoint.records.notes.integrity import check_note
from needlepoint.records.notes.sign import moment, note_paper

__all__ = ["paper_with_addenda", "printed_note"]


def printed_note(note: Note) -> bytes:
    """Return the PDF of a signed note with every addendum, each with its author and local time.

    Raises Refused when it differs from what was signed.
    """
    check_note(note)
    paper = paper_with_addenda(note)
    return to_pdf("note", paper, note.visit.practice.language) if paper["addenda"] else bytes(note.pdf)


def paper_with_addenda(note: Note) -> dict[str, object]:
    """Return the content of the PDF: the signed text, the addenda, and the hash of what was signed."""
    visit, zone = note.visit, ZoneInfo(note.visit.practice.timezone)
    lang = visit.practice.language
    paper = note_paper(visit, note.sentences, note.signed_by.name, note.signed_at, lang)
    rows = note.addenda.select_related("by").order_by("at", "pk")
    addenda = [
        {"text": row.text, "by": row.by.name, "at": moment(row.at.astimezone(zone), lang)} for row in rows
    ]
    return paper | {"addenda": addenda, "sha256": note.sha256}
