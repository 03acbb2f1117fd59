"""Praise, ideas and complaints: with or without a name, read by a person, answered, never deleted."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Feedback, Patient, Practice, Staff, Task
from needlepoint.records.patients.warning_signs import Warning, alert, screen_stranger, screen_words

__all__ = [
    "KINDS",
    "LONGEST_CONTACT",
    "LONGEST_TEXT",
    "SHORTEST_TEXT",
    "answer_feedback",
    "submit_feedback",
    "warnings_said",
]

KINDS = ("praise", "idea", "complaint")
SHORTEST_TEXT, LONGEST_TEXT, LONGEST_CONTACT = 3, 4000, 254  # characters
ANSWER_DAYS = 7


@transaction.atomic
def submit_feedback(
    practice: Practice, kind: str, text: str, contact: str, lang: str, patient: Patient | None = None
) -> Feedback:
    """Save feedback. A complaint becomes an urgent task with a due date; a warning sign, a task due today."""
    if kind not in KINDS:
        raise Refused(Fault("kind", repr(kind[:20]), f"one of {', '.join(KINDS)}"))
    if not SHORTEST_TEXT <= len(text.strip()) <= LONGEST_TEXT:
        raise Refused(Fault("text", f"{len(text)} characters", f"from {SHORTEST_TEXT} to {LONGEST_TEXT}"))
    row = Feedback.objects.create(
        practice=practice,
        patient=patient,
        kind=kind,
        text=text.strip(),
        contact=contact.strip()[:LONGEST_CONTACT],
        language=lang,
    )
    if kind == "complaint":
        Task.objects.create(
            practice=practice,
            patient=patient,
            title=f"Complaint {row.pk}: read and answer it",
            urgent=True,
            due_on=timezone.localdate() + datetime.timedelta(days=ANSWER_DAYS),
        )
    alert(practice, patient, "feedback", warnings_said(row), number=row.pk)
    return row


def warnings_said(row: Feedback) -> list[Warning]:
    """Return the warning signs in the text, whoever wrote it."""
    text = f"{row.text}. {row.contact}"
    if row.patient is None:
        return screen_stranger(text, row.language)
    return screen_words(row.patient, text, row.at.date())


@transaction.atomic
def answer_feedback(staff: Staff, feedback_id: int, answer: str) -> Feedback:
    """Record the answer: what was done, by whom and when."""
    if not answer.strip():
        raise Refused(Fault("answer", "nothing", "what was answered or done"))
    row = Feedback.objects.select_for_update().get(pk=feedback_id, practice_id=staff.practice_id)
    row.answer, row.answered_by, row.answered_at = answer.strip()[:4000], staff, timezone.now()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    record_audit(staff, "write", f"feedback {row.pk}: answered", row.patient_id)
    return row
