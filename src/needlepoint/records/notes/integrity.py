"""Verification of signed papers, whenever one is read.

The bytes must match the hash beside them, and that hash the one in the access log. Its rows are append-only and
chained: changing the bytes and the hash in the record does not change the log.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence

from needlepoint.base.refusal import NotPossible
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Consent, Note, Patient

__all__ = ["check_consent", "check_note", "check_notes", "signed_row"]

HASH = re.compile(r"\b[0-9a-f]{64}\b")
log = logging.getLogger(__name__)


def signed_row(thing: str, sha256: str) -> str:
    """Return the log entry of a signature: the paper and its hash."""
    return f"{thing}: {sha256}"


def check_note(note: Note) -> None:
    """Raises Refused for a note that differs from the signed one."""
    _check(note, f"note of visit {note.visit_id}", note.visit.patient_id, note.visit.practice_id)


def check_notes(patient: Patient, notes: Sequence[Note]) -> None:
    """The same for all notes of a patient that are handed out together, with one query of the log."""
    rows = AuditEvent.objects.filter(patient_id=patient.pk, action="sign", what__startswith="note of visit ")
    logged: dict[str, str] = {}
    for what in rows.order_by("pk").values_list("what", flat=True):
        if match := HASH.search(what):
            logged.setdefault(what.partition(": ")[0], match.group())
    for note in notes:
        thing = f"note of visit {note.visit_id}"
        _compare(note, thing, logged.get(thing), patient.pk, patient.practice_id)


def check_consent(consent: Consent) -> None:
    """Raises Refused for a consent that differs from the signed one."""
    visit = consent.visit
    _check(consent, f"consent {consent.pk} of visit {visit.pk}", visit.patient_id, visit.practice_id)


def _check(paper: Note | Consent, thing: str, patient_id: int, practice_id: int) -> None:
    _compare(paper, thing, _logged(thing, patient_id), patient_id, practice_id)


def _compare(
    paper: Note | Consent, thing: str, logged: str | None, patient_id: int, practice_id: int
) -> None:
    found = hashlib.sha256(bytes(paper.pdf)).hexdigest()
    if found == paper.sha256 and logged in (None, found):
        return
    log.error("a signed paper is not what was signed: %s", thing)
    note_down_outside(practice_id, patient_id, "system", "read", f"{thing}: not what was signed", "refused")
    raise NotPossible("This document is not what was signed. Restore it from a backup.", "paper")


def _logged(thing: str, patient_id: int) -> str | None:
    """Return the hash in the log entry of the signature; None for papers from before the log held it."""
    rows = AuditEvent.objects.filter(patient_id=patient_id, action="sign", what__startswith=f"{thing}: ")
    row = rows.order_by("pk").first()
    match = HASH.search(row.what) if row else None
    return match.group() if match else None
