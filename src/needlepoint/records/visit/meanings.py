"""The meaning of unknown entries in a patient's lists, as staff answered it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import msgspec
from django.db import transaction
from django.utils import timezone

from needlepoint.base.people import Meaning
from needlepoint.base.refusal import Fault, NotAllowed, Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Patient, PatientListItem, Staff
from needlepoint.records.values import LineMeaning, Means
from needlepoint.treatment.bounds import gives_reason, may_call_harmless, may_decide
from needlepoint.treatment.lists.entries import ListEntry, read_entry

__all__ = ["answer_meaning", "meanings_of", "open_entries"]


def meanings_of(rows: Iterable[PatientListItem], on: datetime.date) -> list[Meaning]:
    """Return the answers for a patient's lines, including voided ones: nothing is asked twice."""
    return [
        msgspec.convert(
            # The day of a visit that began before the answer.
            msgspec.structs.asdict(meaning) | {"kind": row.kind, "text": row.text, "on": min(meaning.on, on)},
            Meaning,
        )
        for row in sorted(rows, key=lambda row: row.pk)
        if (meaning := _counted(row)) is not None
    ]


def _counted(row: PatientListItem) -> LineMeaning | None:
    """Return the meaning of the line, if a person who may decide has answered it sufficiently."""
    said = row.meaning
    if said is None or not may_decide(said.profession):
        return None
    if said.means != "harmless" or may_call_harmless(said.profession, said.how):
        return said
    return None if read_entry(row.kind, row.text, timezone.localdate()).matters else said


def open_entries(patient: Patient) -> list[tuple[PatientListItem, ListEntry]]:
    """Return the current lines that are unknown and unanswered, with how they were read."""
    answered = {
        (row.kind, row.text.casefold()) for row in patient.list_items.all() if _counted(row) is not None
    }
    today = timezone.localdate()
    read = [
        (row, read_entry(row.kind, row.text, today))
        for row in patient.list_items.all()
        if row.voided_at is None and (row.kind, row.text.casefold()) not in answered
    ]
    return [(row, entry) for row, entry in read if entry.unknown or entry.spelling or entry.which]


@transaction.atomic
def answer_meaning(
    staff: Staff, patient: Patient, row_id: int, means: Means, entry: str, how: str
) -> PatientListItem:
    """Save what a line means, with who said so and when.

    Raises Refused for someone who may not decide, for a name that is itself unknown, and for a line that matters
    without a reason.
    """
    if not may_decide(staff.profession):
        raise NotAllowed("Only a clinician can classify a medication. Ask the clinician of this visit.", "by")
    row = PatientListItem.objects.select_for_update().get(pk=row_id, patient=patient)
    if means == "known":
        read = read_entry(row.kind, entry, timezone.localdate())
        if not entry.strip() or read.unknown or read.spelling:
            raise Refused(
                Fault("entry", repr(entry), "a name that is known", "Choose one of the names offered.")
            )
    if means == "harmless":
        _must_be_harmless(row, how, staff.profession)
    if means == "matters" and not how.strip():
        raise Refused(Fault("how", "nothing", "in words how it matters"))
    row.meaning = LineMeaning(
        means=means,
        entry=entry.strip()[:200] if means == "known" else None,
        how=how.strip()[:300] or None if means != "known" else None,
        by=staff.name,
        profession=staff.profession,
        on=timezone.localdate(),
    )
    row.save(update_fields=["meaning"])
    record_audit(staff, "write", f"{row.kind} {row.pk}: meaning {means}", patient.pk)
    return row


def _must_be_harmless(row: PatientListItem, how: str, profession: str | None) -> None:
    """Refused for a class of medicines that matters, and without a reason for what looks like one.

    The reason must be that of a physician, PA or NP.
    """
    read = read_entry(row.kind, row.text, timezone.localdate())
    if read.which:
        given = f"{row.text!r}, which names medicines that matter before a needle"
        raise Refused(Fault("means", given, "the medicine by its name, or how it matters"))
    if not read.matters or may_call_harmless(profession, how):
        return
    like = read.spelling or ", ".join(read.nearest) or row.text
    if not gives_reason(how):
        raise Refused(
            Fault(
                "how",
                repr(how) if how.strip() else "nothing",
                f"why it is not {like}",
                "Write the reason in the last field.",
            )
        )
    raise Refused(Fault("by", f"{row.text!r}, which looks like {like}", "a physician, PA or NP"))
