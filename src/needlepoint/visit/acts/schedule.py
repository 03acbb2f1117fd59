"""The schedule of a visit: booked, checked in, in a room, rescheduled, canceled, missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.visit import commands as act
from needlepoint.visit.acts.clinical import with_facts, with_zone
from needlepoint.visit.commands import Command
from needlepoint.visit.context import Context
from needlepoint.visit.facts import State, Visit
from needlepoint.visit.limits import MOST_ROOM, MOST_SHORT_REASON

__all__ = ["HANDLERS"]

WITHDRAW = NotPossible("A site was treated in this visit. Withdraw it first.")
SIGN = NotPossible("A site was treated in this visit. Sign it instead.")
BOOK = NotPossible("A site was treated in this visit. Book a new visit.")


def _untreated(visit: Visit, instead: NotPossible) -> Visit:
    """The visit, if no site was treated in it; Refused otherwise: what was given stays in a visit that is signed."""
    if visit.treated:
        raise NotPossible(instead.text, "visit")
    return visit


def _check_in(visit: Visit, command: act.CheckIn, context: Context) -> Visit:
    _must_be_today(visit, context)
    return replace(visit, arrived_at=context.now)


def _must_be_today(visit: Visit, context: Context) -> None:
    """Raise Refused when the visit is not scheduled for today: check-in and rooming are same-day acts."""
    today = context.now.astimezone(ZoneInfo(visit.zone)).date()
    if visit.day != today:
        raise NotPossible("This visit is not a visit of today. Reschedule it, or start a walk-in.", "visit")


def _undo_check_in(visit: Visit, command: act.UndoCheckIn, context: Context) -> Visit:
    return replace(_untreated(visit, WITHDRAW), arrived_at=None, room="")


def _finish_intake(visit: Visit, command: act.FinishIntake, context: Context) -> Visit:
    return visit


def _assign_room(visit: Visit, command: act.AssignRoom, context: Context) -> Visit:
    room = command.room.strip()[:MOST_ROOM]
    if context.rooms and room not in context.rooms:
        rooms = ", ".join(context.rooms)
        raise NotPossible("Choose one of the rooms of this location: %(rooms)s.", "room", rooms=rooms)
    if visit.state is not State.IN_ROOM:
        _must_be_today(visit, context)
    if room in context.taken_rooms and room != visit.room:
        raise NotPossible(
            "Another patient is in room %(room)s. Choose a room that is free.", "room", room=room
        )
    if not room:
        raise NotPossible("Enter the name of the room.", "room")
    return replace(visit, room=room, arrived_at=visit.arrived_at or context.now)


def _leave_room(visit: Visit, command: act.LeaveRoom, context: Context) -> Visit:
    return replace(visit, room="")


def _no_show(visit: Visit, command: act.NoShow, context: Context) -> Visit:
    if context.now < visit.starts_at:
        raise NotPossible("The time of this visit has not passed yet.", "visit")
    return _untreated(visit, SIGN)


def _cancel(visit: Visit, command: act.Cancel, context: Context) -> Visit:
    changed = _untreated(visit, SIGN)
    return with_facts(changed, canceled_because=command.because.strip()[:MOST_SHORT_REASON])


def _reinstate(visit: Visit, command: act.Reinstate, context: Context) -> Visit:
    changed = with_facts(visit, canceled_because="")
    return replace(changed, moved=visit.moved + 1, room="", arrived_at=None)


def _reschedule(visit: Visit, command: act.Reschedule, context: Context) -> Visit:
    if command.minutes <= 0:
        raise Refused(Fault("minutes", str(command.minutes), "minutes above 0"))
    return replace(
        _untreated(visit, BOOK),
        starts_at=with_zone(command.starts_at, "starts_at"),
        minutes=command.minutes,
        clinician=command.clinician,
        place=command.place,
        moved=visit.moved + 1,
    )


HANDLERS: dict[type[Command], Callable[[Visit, Any, Any], Visit]] = {
    act.CheckIn: _check_in,
    act.UndoCheckIn: _undo_check_in,
    act.FinishIntake: _finish_intake,
    act.AssignRoom: _assign_room,
    act.LeaveRoom: _leave_room,
    act.NoShow: _no_show,
    act.Cancel: _cancel,
    act.Reinstate: _reinstate,
    act.Reschedule: _reschedule,
}
