"""How the trail is written: one call for each read or write of a patient's data."""

from __future__ import annotations

from typing import Any

from needlepoint.guard.models import AuditEvent

__all__ = ["note_down", "note_down_outside"]


def note_down(staff: Any, action: str, what: str, patient_id: int | None = None) -> None:
    """One row of the trail. `action`: read, write, sign, print, search; `what` names the thing, never its content."""
    AuditEvent.objects.create(
        practice_id=staff.practice_id,
        staff_id=staff.pk,
        patient_id=patient_id,
        action=action,
        what=what[:120],
    )


def note_down_outside(practice_id: int, patient_id: int | None, who: str, action: str, what: str) -> None:
    """The same for what nobody of the staff did: `who` is patient, proxy, link (someone who holds it) or system."""
    AuditEvent.objects.create(
        practice_id=practice_id, patient_id=patient_id, who=who, action=action, what=what[:120]
    )
