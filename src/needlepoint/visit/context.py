"""Who acts, when, and on which basis."""

from __future__ import annotations

import datetime

import msgspec

from needlepoint.treatment.plan.make import Plan

__all__ = ["Actor", "Context"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. `staff` None: the patient (or a person with access), or the system when `name` is empty."""

    name: str
    staff: int | None = None
    profession: str = ""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The context of a command besides the visit: who, when (UTC), the current plan, what the note still lacks."""

    actor: Actor
    now: datetime.datetime
    plan: Plan | None = None
    missing: tuple[str, ...] = ()  # what blocks signing the note
    consents: tuple[str, ...] = ()  # techniques to which the patient has signed a consent in this visit
    rooms: tuple[str, ...] = ()  # of the location; empty: it names none
    taken_rooms: tuple[str, ...] = ()  # where another patient is now
