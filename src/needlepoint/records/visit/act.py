"""The only way to change a visit in the database: lock, apply, save, effects, one history row; all or nothing.

Every change of a draft states the version it was made on. If somebody else was faster it is refused with the newer
draft: nothing is overwritten unseen. A change that a device sends twice (same `key`) is made once.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import ConflictError, NotPossible
from needlepoint.guard.audit.log import note_down_outside, record_audit
from needlepoint.records.models import Staff, Visit, VisitChange
from needlepoint.records.values import ChangedPart
from needlepoint.records.visit.effects import carry_out
from needlepoint.records.visit.episode_from_rows import ONE, completed
from needlepoint.records.visit.evaluate import think
from needlepoint.records.visit.rows import store, visit_of
from needlepoint.visit import Actor, Context, apply, commands
from needlepoint.visit.commands import Command
from needlepoint.visit.history import HISTORY, ChangedValue, difference, put_back

__all__ = ["Stale", "act", "act_as_patient", "act_by_system", "undo"]

# Their effects reach beyond the visit; each has its own reverse command.
NOT_UNDONE = tuple(
    act.__name__
    for act in (
        commands.CheckIn,
        commands.UndoCheckIn,
        commands.AssignRoom,
        commands.LeaveRoom,
        commands.NoShow,
        commands.Cancel,
        commands.Reinstate,
        commands.Reschedule,
        commands.FinishIntake,
        commands.Sign,
        commands.RecordOutcome,
    )
)
NEEDS_REASON = (commands.RecordInjection.__name__, commands.RecordPlanned.__name__)
HALF_A_DAY = datetime.timedelta(hours=12)
NEEDS_PLAN = (commands.RecordInjection, commands.RecordPlanned, commands.RecordTimeOut)


class Stale(ConflictError):  # noqa: N818 - named by what the draft is
    """The draft has changed since the page was made. `visit` is the newer one."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        super().__init__(
            "Somebody else has updated this visit. Load it again and repeat your change.", "version"
        )


@transaction.atomic
def act(
    staff: Staff,
    visit_id: int,
    command: Command,
    version: int | None = None,
    key: str = "",
    missing: tuple[str, ...] = (),
) -> Visit:
    """Run a command of a staff member on a visit of their practice.

    `version` is the draft that the page showed (None: acts of the front desk, which show no draft); `missing` is what
    the note still lacks. Raises Stale for an older version, Refused for what is not possible.
    """
    row = _locked(visit_id, practice_id=staff.practice_id)
    if key and VisitChange.objects.filter(visit=row, key=key).exists():
        return row  # the answer was lost on the way; the change was not
    if version is not None and row.version != version:
        if not row.open:
            return _refuse_closed(row, command)
        raise Stale(row)
    actor = Actor(name=staff.name, staff=staff.pk, profession=staff.profession)
    _change(row, command, _context(row, command, actor, missing), staff, key)
    record_audit(staff, "write", f"visit {row.pk}: {_said(command)}", row.patient_id)
    return row


@transaction.atomic
def act_as_patient(visit_id: int, command: Command) -> Visit:
    """The same for the patient. It is a version like any other."""
    row = _locked(visit_id)
    actor = Actor(name=row.patient.name)
    _change(row, command, _context(row, command, actor), None, "")
    what = f"visit {row.pk}: {_said(command)}"
    note_down_outside(row.practice_id, row.patient_id, "patient", "write", what)
    return row


@transaction.atomic
def act_by_system(visit_id: int, command: Command) -> Visit:
    """Run a command of the system itself, such as canceling a visit that an earlier one replaces."""
    row = _locked(visit_id)
    _change(row, command, _context(row, command, Actor(name="")), None, "")
    what = f"visit {row.pk}: {_said(command)}"
    note_down_outside(row.practice_id, row.patient_id, "system", "write", what)
    return row


@transaction.atomic
def undo(staff: Staff, visit_id: int, version: int, why: str = "") -> Visit:
    """Undo the last clinical change, as a change of its own.

    Raises Refused when there is nothing to undo, and for a recorded injection without the reason `why`.
    """
    row = _locked(visit_id, practice_id=staff.practice_id)
    if row.version != version:
        raise Stale(row)
    last = (
        row.changes.filter(undoes=None, undone_by=None)
        .exclude(command__in=NOT_UNDONE)
        .order_by("-version")
        .first()
    )
    if last is None or not last.command:
        raise NotPossible("There is nothing to take back.", "undo")
    if last.command in NEEDS_REASON and not why.strip():
        raise NotPossible("A recorded injection is taken back at its site, with a reason.", "undo")
    _refuse_if_changed_elsewhere(row, last)
    parts = [ChangedValue(one.where, one.value, None, one.spot) for one in last.before or ()]
    command = commands.Undo(previous=put_back(visit_of(row), parts))
    actor = Actor(name=staff.name, staff=staff.pk, profession=staff.profession)
    _change(row, command, _context(row, command, actor), staff, "", last)
    record_audit(staff, "write", f"visit {row.pk}: undo of {last.what} {why}".rstrip(), row.patient_id)
    return row


def _refuse_if_changed_elsewhere(row: Visit, last: VisitChange) -> None:
    """Refuse an undo if another visit has changed the whole episode's data since."""
    visit = visit_of(row)
    left = [ChangedValue(one.where, one.value, None, one.spot) for one in last.after or ()]
    for part in left:
        if part.where.startswith(HISTORY) and put_back(visit, [part]).history != visit.history:
            raise NotPossible(
                "Onset or prior treatment has been changed since in another visit. Change it by hand.", "undo"
            )


def _locked(visit_id: int, **mine: Any) -> Visit:
    rows = (
        Visit.objects.select_for_update(of=("self", "episode")).select_related(*ONE).prefetch_related("sites")
    )
    row: Visit = rows.get(pk=visit_id, **mine)
    return row


def _refuse_closed(row: Visit, command: Command) -> Visit:
    """Refuse a visit that was signed or canceled meanwhile, saying so."""
    apply(visit_of(row), command, _context(row, command, Actor(name="", staff=row.clinician_id)))
    raise Stale(row)


def _context(row: Visit, command: Command, actor: Actor, missing: tuple[str, ...] = ()) -> Context:
    plan = None
    if isinstance(command, NEEDS_PLAN):
        # The plan depends on the whole record; only these acts need it.
        thought = think(completed(row))
        plan = thought.walked.plan if thought.walked else None
    return Context(
        actor=actor,
        now=timezone.now(),
        plan=plan,
        missing=missing,
        consents=_consents(row) if isinstance(command, NEEDS_PLAN) else (),
        rooms=tuple(row.location.rooms),
        taken_rooms=_taken_rooms(row) if isinstance(command, commands.AssignRoom) else (),
    )


def _consents(row: Visit) -> tuple[str, ...]:
    """Return the techniques of the consents that are signed in this visit."""
    return tuple(row.consents.filter(voided_at=None).values_list("technique", flat=True))


def _taken_rooms(row: Visit) -> tuple[str, ...]:
    """Return the rooms of the location that have another patient now."""
    near = (row.starts_at - HALF_A_DAY, row.starts_at + HALF_A_DAY)
    others = Visit.objects.filter(location_id=row.location_id, starts_at__range=near).exclude(pk=row.pk)
    return tuple(others.filter(state=Visit.State.IN_ROOM).exclude(room="").values_list("room", flat=True))


def _change(
    row: Visit,
    command: Command,
    context: Context,
    staff: Staff | None,
    key: str,
    undoes: VisitChange | None = None,
) -> None:
    before = visit_of(row)
    applied = apply(before, command, context)
    store(row, before, applied.visit)
    parts = difference(before, applied.visit)
    VisitChange.objects.create(
        visit=row,
        version=row.version,
        staff=staff,
        command=type(command).__name__,
        undoes=undoes,
        what=_said(command)[:80],
        before=tuple(ChangedPart(part.spot, part.where, part.before) for part in parts),
        after=tuple(ChangedPart(part.spot, part.where, part.after) for part in parts),
        key=key,
    )
    vars(row).pop("_prefetched_objects_cache", None)  # the rows of the sites have changed
    carry_out(row, command, applied.effects, before, applied.visit, staff)


def _said(command: Command) -> str:
    """Return the act in words for the change history: its name, and its site."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(command).__name__).lower()
    spot = getattr(command, "spot", None)
    if spot is None:
        return words
    plain = msgspec.to_builtins(spot)
    return f"{words}: {plain[1]} {plain[0].replace('_', ' ')}"
