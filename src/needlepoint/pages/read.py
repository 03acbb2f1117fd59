"""Reading what a form or an address holds: a day that can be meant, or a refusal."""

from __future__ import annotations

import datetime

from needlepoint.base.refusal import FIRST_DAY, LAST_DAY, Fault, Refused

__all__ = ["FIRST_DAY", "LAST_DAY", "day_or_none", "read_day"]


def read_day(text: str, name: str) -> datetime.date:
    """A day such as 2026-12-24. Raises Refused for anything else, and for a day of another age."""
    day = day_or_none(text)
    if day is None:
        raise Refused(
            Fault(name, repr(text[:20]), f"a day such as 2026-12-24, from {FIRST_DAY} to {LAST_DAY}")
        )
    return day


def day_or_none(text: str) -> datetime.date | None:
    """The same, None for what is no such day."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
