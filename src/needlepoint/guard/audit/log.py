"""The access log: one call for each sign-in, and for each read or write of a patient's data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from needlepoint.guard.audit.origin import origin
from needlepoint.guard.models import AuditEvent

__all__ = ["note_down_outside", "note_sign_in", "record_audit"]


def record_audit(
    staff: Any,
    action: str,
    what: str,
    patient_id: int | None = None,
    patients: Iterable[int] = (),
    outcome: str = "ok",
) -> None:
    """Write one row of a staff member to the access log.

    `action`: read, write, sign, print, search; `what` names the thing, never its content.

    `patients`: the ids of the patients in a list or search.
    """
    _add(
        practice_id=staff.practice_id,
        staff_id=staff.pk,
        role=",".join(staff.roles)[:80],
        patient_id=patient_id,
        patients=tuple(patients),
        action=action,
        what=what,
        outcome=outcome,
    )


def note_down_outside(
    practice_id: int | None,
    patient_id: int | None,
    who: str,
    action: str,
    what: str,
    outcome: str = "ok",
    staff_id: int | None = None,
    patients: Iterable[int] = (),
) -> None:
    """The same for acts not by staff: `who` is patient, proxy, tablet, link (its holder), visitor, account (without
    patients) or system.

    An act on the clinic's tablet is never logged as the patient's own: `staff_id` is who handed it over.
    """
    here = origin()
    if here.lent:
        who, staff_id = "tablet", here.lent_by
    _add(
        practice_id=practice_id,
        patient_id=patient_id,
        who=who,
        staff_id=staff_id,
        patients=tuple(patients),
        action=action,
        what=what,
        outcome=outcome,
    )


def note_sign_in(user: Any, subject: str, what: str, outcome: str) -> None:
    """Log a sign-in, successful or not. `subject` is a digest: what was typed may be a password in the wrong field."""
    staff = getattr(user, "staff", None)
    _add(
        practice_id=staff.practice_id if staff else None,
        staff_id=staff.pk if staff else None,
        who="staff" if staff else "nobody" if user is None else "patient",
        role=",".join(staff.roles)[:80] if staff else "",
        action="sign-in",
        what=what,
        subject=subject,
        outcome=outcome,
    )


def _add(what: str, **row: Any) -> None:
    here = origin()
    AuditEvent.objects.create(what=what[:120], address=here.address, session=here.session, **row)
    here.rows += 1
    here.told |= {row.get("patient_id") or 0, *row.get("patients", ())}
