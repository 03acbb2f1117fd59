"""How the trail is written: one call for each read or write of a patient's data."""

from __future__ import annotations

from typing import Any

from needlepoint.guard.models import AuditEvent

__all__ = ["note_down"]


def note_down(staff: Any, action: str, what: str, patient_id: int | None = None) -> None:
    """One row of the trail. `action`: read, write, sign, print, search; `what` names the thing, never its content."""
    AuditEvent.objects.create(
        practice_id=staff.practice_id,
        staff_id=staff.pk,
        patient_id=patient_id,
        action=action,
        what=what[:120],
    )
