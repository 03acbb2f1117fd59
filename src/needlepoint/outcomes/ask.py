"""When a patient is surveyed, and the questions."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.base.refusal import Fault, Refused

__all__ = [
    "DATA",
    "Moment",
    "Option",
    "SurveyQuestion",
    "due_at",
    "load_moments",
    "load_questions",
    "out_of_quiet",
]

DATA = Path(__file__).parent / "data"
FILE = DATA / "checkins.toml"


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One possible answer."""

    id: str
    en: str
    es: str


class SurveyQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question of the second page: `scale` from 0 to 10, `one` or `some` of the options."""

    id: str
    kind: Literal["scale", "one", "some"]
    en: str
    es: str
    option: list[Option] = []
    certainty: Certainty
    source: list[str]


class Moment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One survey, this many days after the session, with its questions besides the pain now."""

    id: str
    days: int
    en: str
    es: str
    asks: list[str]
    certainty: Certainty
    source: list[str]


@lru_cache(maxsize=1)
def load_questions() -> dict[str, SurveyQuestion]:
    """Return the questions by id."""
    found = {row.id: row for row in rows(FILE, SurveyQuestion, "question")}
    for row in found.values():
        cite(DATA, row.source, f"question {row.id}")
    return found


@lru_cache(maxsize=1)
def load_moments() -> dict[str, Moment]:
    """Return the surveys by id, in order; each has only existing questions."""
    found = {row.id: row for row in rows(FILE, Moment, "moment")}
    for row in found.values():
        cite(DATA, row.source, f"moment {row.id}")
        unknown = [name for name in row.asks if name not in load_questions()]
        if unknown:
            raise Refused(Fault(f"moment {row.id}", ", ".join(unknown), "ids of [[question]]"))
    return found


def due_at(
    treated_at: datetime.datetime,
    days: int,
    zone: ZoneInfo,
    quiet: tuple[datetime.time, datetime.time],
) -> datetime.datetime:
    """Return when to ask: the same local time of the patient this many calendar days later, in UTC.

    `treated_at` carries its zone. The local time stays the same over a clock change; in quiet hours the survey waits
    for their end.
    """
    local = treated_at.astimezone(zone)
    day = local.date() + datetime.timedelta(days=days)
    return out_of_quiet(datetime.datetime.combine(day, local.time(), zone), zone, quiet)


def out_of_quiet(
    when: datetime.datetime, zone: ZoneInfo, quiet: tuple[datetime.time, datetime.time]
) -> datetime.datetime:
    """Return `when`, or the end of the quiet hours (from, to; local time, may span midnight) around it, in UTC."""
    local = when.astimezone(zone)
    begins, ends = quiet
    clock = local.time().replace(tzinfo=None)
    over_midnight = begins > ends
    inside = (clock >= begins or clock < ends) if over_midnight else begins <= clock < ends
    if begins != ends and inside:
        day = local.date() + datetime.timedelta(days=1 if over_midnight and clock >= begins else 0)
        local = datetime.datetime.combine(day, ends, zone)
    return local.astimezone(datetime.UTC)
