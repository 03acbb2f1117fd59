"""The course of pain after a session: how much relief there was, and when the pain returned."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, cite, read_toml
from needlepoint.base.refusal import read_as
from needlepoint.outcomes.ask import DATA, FILE

__all__ = ["Course", "PainRating", "course_of"]


class ReliefCriteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as relief."""

    moderate_percent: int
    substantial_percent: int
    points: int
    points_below: int
    certainty: Certainty
    source: list[str]


class PainRating(msgspec.Struct, frozen=True):
    """Pain from 0 to 10 on a day."""

    on: datetime.date
    pain: int


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """`response`: substantial, moderate, none or not_known. `relief_percent` at the best of the answers.

    `relief_days`: how many days the relief is known to have lasted; `ended`: the pain returned, so that the number is
    the time to relapse. Otherwise it lasted at least this long.
    """

    response: str
    relief_percent: int | None
    relief_days: int | None
    ended: bool


@lru_cache(maxsize=1)
def load_response() -> ReliefCriteria:
    """Return the row with its source."""
    found = read_as(read_toml(FILE)["response"], ReliefCriteria, "checkins.toml response")
    cite(DATA, found.source, "checkins.toml response")
    return found


def course_of(before: int | None, treated_on: datetime.date, points: Sequence[PainRating]) -> Course:
    """Return the course by the answers after a session. `before`: pain from 0 to 10 before it, None if not asked."""
    later = sorted((point for point in points if point.on >= treated_on), key=lambda point: point.on)
    if before is None or before == 0 or not later:
        return Course(response="not_known", relief_percent=None, relief_days=None, ended=False)
    rule = load_response()
    best = min(point.pain for point in later)
    percent = round(100 * (before - best) / before)
    low = before < rule.points_below
    if low:
        kind = "moderate" if before - best >= rule.points else "none"
    elif percent >= rule.substantial_percent:
        kind = "substantial"
    else:
        kind = "moderate" if percent >= rule.moderate_percent else "none"
    days, ended = _lasted(before, treated_on, later) if kind != "none" else (None, False)
    return Course(response=kind, relief_percent=percent, relief_days=days, ended=ended)


def _lasted(before: int, treated_on: datetime.date, later: Sequence[PainRating]) -> tuple[int | None, bool]:
    """Return days until the first answer without relief after one with it; else until the last one with relief."""
    last: int | None = None
    for point in later:
        if _relieved(before, point.pain):
            last = (point.on - treated_on).days
        elif last is not None:
            return (point.on - treated_on).days, True
    return last, False


def _relieved(before: int, pain: int) -> bool:
    rule = load_response()
    if before < rule.points_below:
        return before - pain >= rule.points
    return 100 * (before - pain) >= rule.moderate_percent * before
