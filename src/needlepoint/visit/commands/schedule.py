"""The commands of the front desk: arrival, rooms, and the schedule."""

from __future__ import annotations

import datetime

from needlepoint.visit.commands.base import Command

__all__ = [
    "AssignRoom",
    "Cancel",
    "CheckIn",
    "FinishIntake",
    "LeaveRoom",
    "NoShow",
    "Reinstate",
    "Reschedule",
    "UndoCheckIn",
]


class CheckIn(Command, frozen=True, kw_only=True):
    """Check the patient in."""


class UndoCheckIn(Command, frozen=True, kw_only=True):
    """Undo the check-in of the wrong patient."""


class FinishIntake(Command, frozen=True, kw_only=True):
    """The intake was submitted."""


class AssignRoom(Command, frozen=True, kw_only=True):
    """Room the patient, or change the room."""

    room: str


class LeaveRoom(Command, frozen=True, kw_only=True):
    """Return the patient to the waiting room."""


class NoShow(Command, frozen=True, kw_only=True):
    """The patient did not come."""


class Cancel(Command, frozen=True, kw_only=True):
    """The visit does not take place."""

    because: str = ""


class Reinstate(Command, frozen=True, kw_only=True):
    """Reinstate a canceled or missed visit."""


class Reschedule(Command, frozen=True, kw_only=True):
    """Change time, clinician, location or room. `overbook`: even where another visit has these minutes."""

    starts_at: datetime.datetime
    minutes: int
    clinician: int
    place: int
    room: str = ""
    overbook: bool = False
