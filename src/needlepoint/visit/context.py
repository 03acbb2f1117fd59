"""Who acts, when, and what they had before them."""

from __future__ import annotations

import datetime

import msgspec

from needlepoint.treatment.plan.make import Plan

__all__ = ["Actor", "Context"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. `staff` None: the patient (or a helper), or the system when `name` is empty."""

    name: str
    staff: int | None = None
    profession: str = ""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What an act needs besides the visit: who, when (UTC), the plan as it stands, what the note still lacks."""

    actor: Actor
    now: datetime.datetime
    plan: Plan | None = None
    missing: tuple[str, ...] = ()  # what keeps the note from being signed
    rooms: tuple[str, ...] = ()  # of the place; empty: it names none
    taken_rooms: tuple[str, ...] = ()  # where another patient is now
