"""The letter to the referring doctor: made from a signed note, kept as it was made."""

from __future__ import annotations

import hashlib
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.documents import to_pdf
from needlepoint.documents.notes.letter import LetterPart, letter_parts
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Note, ReferralLetter, Staff, Visit
from needlepoint.records.notes.integrity import check_note
from needlepoint.records.notes.sign import moment
from needlepoint.records.settings.public_settings import address_line

__all__ = ["MOST_ASKED", "letter_of", "write_letter"]

MOST_ASKED = 1000
NOT_SIGNED = NotPossible("A letter is made from a signed note. Sign the note of this visit first.", "note")
NO_DOCTOR = "No referring doctor is on file. Enter the name in the patient's details."


def signed_note(staff: Staff, visit_id: int) -> Note:
    """Return the signed note of a visit of this practice; Refused while it is not signed, or differs from what was."""
    visit = Visit.objects.select_related("practice", "patient", "location", "clinician").get(
        pk=visit_id, practice_id=staff.practice_id
    )
    note: Note | None = Note.objects.select_related("signed_by").filter(visit=visit).first()
    if note is None:
        raise NOT_SIGNED
    note.visit = visit
    check_note(note)
    return note


def letter_of(staff: Staff, visit_id: int) -> tuple[Note, tuple[LetterPart, ...]]:
    """Return the signed note, and the parts of a letter about it."""
    note = signed_note(staff, visit_id)
    return note, letter_parts(note.sentences, note.visit.practice.language)


@transaction.atomic
def write_letter(staff: Staff, visit_id: int, asked: str) -> ReferralLetter:
    """Make and keep the letter; `asked` is what the clinician asks of the doctor, in their own words.

    Refused for a visit that is not signed, and without a referring doctor.
    """
    note, parts = letter_of(staff, visit_id)
    doctor = note.visit.patient.referrer
    if not doctor:
        raise Refused(Fault("asked", "no referring doctor", "a referring doctor on file", NO_DOCTOR))
    pdf = to_pdf("letter", _paper(note, parts, asked.strip()), note.visit.practice.language)
    letter = ReferralLetter.objects.create(
        note=note, to=doctor, asked=asked.strip(), pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), by=staff
    )
    what = f"letter {letter.pk} about visit {visit_id} to {doctor.name}"
    record_audit(staff, "write", what, note.visit.patient_id)
    return letter


def _paper(note: Note, parts: tuple[LetterPart, ...], asked: str) -> dict[str, object]:
    visit, doctor = note.visit, note.visit.patient.referrer
    zone, lang = ZoneInfo(visit.practice.timezone), visit.practice.language
    return {
        "practice": visit.practice.name,
        "place": address_line(visit.location),
        "to": doctor.name,
        "address": [line.strip() for line in doctor.address.splitlines() if line.strip()],
        "written_on": timezone.now().astimezone(zone).date().isoformat(),
        "patient": f"{visit.patient.given} {visit.patient.family}",
        "birth_date": visit.patient.birth_date.isoformat(),
        "on": visit.day.isoformat(),
        "visit": visit.pk,
        "clinician": note.signed_by.name,
        "parts": [msgspec.structs.asdict(part) for part in parts],
        "addenda": [row.text for row in note.addenda.order_by("at", "pk")],
        "asked": asked,
        "signed_at": moment(note.signed_at.astimezone(zone), lang),
    }
