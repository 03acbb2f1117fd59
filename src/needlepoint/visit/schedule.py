"""The visit's way through the day: booked, here, in a room, moved, cancelled, missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from needlepoint.base.refusal import Fault, Refused
from needlepoint.visit import commands as act
from needlepoint.visit.clinical import with_facts, with_zone
from needlepoint.visit.commands import Command
from needlepoint.visit.context import Context
from needlepoint.visit.facts import State, Visit

__all__ = ["HANDLERS"]


def _untreated(visit: Visit, remedy: str) -> Visit:
    """The visit, if no site was treated in it; Refused otherwise: what was given stays in a visit that is signed."""
    if visit.treated:
        given = "a visit in which a site was treated"
        raise Refused(Fault("visit", given, "one without a needle", remedy))
    return visit


def _check_in(visit: Visit, command: act.CheckIn, context: Context) -> Visit:
    _must_be_today(visit, context)
    return replace(visit, arrived_at=context.now)


def _must_be_today(visit: Visit, context: Context) -> None:
    """Refused for a visit of another day: nobody arrives before it, and nobody is in a room after it."""
    today = context.now.astimezone(ZoneInfo(visit.zone)).date()
    if visit.day != today:
        given = f"a visit of {visit.day}"
        raise Refused(
            Fault("visit", given, f"a visit of today, {today}", "Reschedule it, or start a walk-in.")
        )


def _undo_check_in(visit: Visit, command: act.UndoCheckIn, context: Context) -> Visit:
    return replace(_untreated(visit, "Withdraw it first."), arrived_at=None, room="")


def _finish_intake(visit: Visit, command: act.FinishIntake, context: Context) -> Visit:
    return visit


def _assign_room(visit: Visit, command: act.AssignRoom, context: Context) -> Visit:
    room = command.room.strip()[:20]
    if context.rooms and room not in context.rooms:
        raise Refused(Fault("room", repr(room), f"one of {', '.join(context.rooms)}"))
    if visit.state is not State.IN_ROOM:
        _must_be_today(visit, context)
    if room in context.taken_rooms and room != visit.room:
        raise Refused(Fault("room", f"{room}, where another patient is", "a room that is free"))
    if not room:
        raise Refused(Fault("room", "nothing", "the name of the room"))
    return replace(visit, room=room, arrived_at=visit.arrived_at or context.now)


def _leave_room(visit: Visit, command: act.LeaveRoom, context: Context) -> Visit:
    return replace(visit, room="")


def _no_show(visit: Visit, command: act.NoShow, context: Context) -> Visit:
    if context.now < visit.starts_at:
        raise Refused(Fault("visit", "a visit that is still ahead", "one whose time has passed"))
    return _untreated(visit, "Sign it instead.")


def _cancel(visit: Visit, command: act.Cancel, context: Context) -> Visit:
    changed = _untreated(visit, "Sign it instead.")
    return with_facts(changed, cancelled_because=command.because.strip()[:200])


def _reinstate(visit: Visit, command: act.Reinstate, context: Context) -> Visit:
    changed = with_facts(visit, cancelled_because="")
    return replace(changed, moved=visit.moved + 1, room="", arrived_at=None)


def _reschedule(visit: Visit, command: act.Reschedule, context: Context) -> Visit:
    if command.minutes <= 0:
        raise Refused(Fault("minutes", str(command.minutes), "minutes above 0"))
    return replace(
        _untreated(visit, "Book a new visit."),
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
