"""Conditions on earlier sessions: the response to the last one, and their number."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta

from needlepoint.anatomy import load_atlas
from needlepoint.base.wording import day_words
from needlepoint.coverage.load import Need
from needlepoint.coverage.rules.line import NO_SESSION, NOBODY_ASKED, History, Met, RuleLine, words_of
from needlepoint.coverage.types import CoverageFacts, Earlier

__all__ = ["HISTORY_LINES", "history_of", "region_of", "sessions_counted", "window_start"]


# Acts whose sessions count together: the NCD on acupuncture includes dry needling.
TOGETHER = {"acupuncture": ("acupuncture", "dry_needling"), "dry_needling": ("acupuncture", "dry_needling")}


def history_of(facts: CoverageFacts, act: str = "any") -> History:
    """Return the earlier sessions of this act, the last one first. Later sessions do not count.

    `act` is the policy's: 'any' counts injections and dry needling together, and sessions of an unknown act.
    """
    if not facts.earlier:
        return facts.earlier
    acts = TOGETHER.get(facts.act, (facts.act,))
    counted = (e for e in facts.earlier if act == "any" or e.act is None or e.act in acts)
    return sorted((e for e in counted if e.on < facts.on), key=lambda e: e.on, reverse=True)


@lru_cache(maxsize=4096)
def window_start(on: datetime.date, months: int) -> datetime.date:
    """Return the last day before a window of this many months that ends on `on`."""
    return on - relativedelta(months=months)


def _last(field: str, at_least: bool) -> Callable[[Any, Need], Met]:
    """A condition on the last session; met if there was none."""

    def make(wanted: Any, _: Need) -> Met:
        def met(_: CoverageFacts, history: History) -> bool | None:
            if not history:
                return None if history is None else True
            value = getattr(history[0], field)
            if value is None:
                return None
            return bool(value >= wanted if at_least else value == wanted)

        return met

    return make


def _last_shows(field: str, unit: str) -> Callable[[Any, Need, CoverageFacts, History], tuple[str, str]]:
    def shows(_: Any, __: Need, ___: CoverageFacts, history: History) -> tuple[str, str]:
        if history is None:
            return NOBODY_ASKED
        if not history:
            return NO_SESSION[0], ""
        value = getattr(history[0], field)
        if value is None:
            return "not entered", f"Enter the {words_of(field)} after {day_words(history[0].on)}."
        if isinstance(value, bool):
            return f"{day_words(history[0].on)}: {words_of(field)}{'' if value else ', no'}", ""
        return f"{day_words(history[0].on)}: {value} {unit}".strip(), ""

    return shows


def _diagnostic_once(_: bool, __: Need) -> Met:
    """A needle whose only reason is diagnosis may be given once."""

    def met(facts: CoverageFacts, history: History) -> bool | None:
        if facts.diagnostic is not True or facts.care_failed or facts.movement_limited:
            return True
        if history is None or not history:
            return None if history is None else True
        return None if None in (facts.care_failed, facts.movement_limited) else False

    return met


def _diagnostic_shows(_: bool, __: Need, facts: CoverageFacts, history: History) -> tuple[str, str]:
    if facts.diagnostic is not True or facts.care_failed or facts.movement_limited:
        return "not diagnostic alone", ""
    if history is None:
        return NOBODY_ASKED
    return f"{len(history)} before" if history else NO_SESSION[0], ""


def _routine(wanted: bool, _: Need) -> Met:
    """By schedule, or for findings and the response to the last one, which was then measured."""

    def met(facts: CoverageFacts, history: History) -> bool | None:
        if history is None:
            return None
        if not history or facts.routine is not None:
            return bool(facts.routine) is wanted or not history
        return None if history[0].relief_percent is None else not wanted

    return met


def _routine_shows(_: bool, __: Need, facts: CoverageFacts, history: History) -> tuple[str, str]:
    if history is None:
        return NOBODY_ASKED
    if not history:
        return NO_SESSION[0], ""
    if facts.routine is not None:
        return ("given by schedule" if facts.routine else "given for findings"), ""
    if history[0].relief_percent is None:
        return "not entered", "Enter whether it is given by schedule or for findings."
    return f"the response of {day_words(history[0].on)} was measured", ""


def _same_place(facts: CoverageFacts, history: Sequence[Earlier]) -> Earlier | None:
    """Return the last session that treated one of these places; one without places counts."""
    now = {tuple(place) for place in facts.places}
    return next((e for e in history if not e.places or now & {tuple(place) for place in e.places}), None)


def _days_since(least: int, _: Need) -> Met:
    def met(facts: CoverageFacts, history: History) -> bool | None:
        if not history:
            return None if history is None else True
        same = _same_place(facts, history)
        return same is None or (facts.on - same.on).days >= least

    return met


def _days_since_shows(_: int, __: Need, facts: CoverageFacts, history: History) -> tuple[str, str]:
    if history is None:
        return NOBODY_ASKED
    same = _same_place(facts, history)
    if same is None:
        return NO_SESSION[1], ""
    return f"{(facts.on - same.on).days} days since {day_words(same.on)}", ""


def _sessions(facts: CoverageFacts, need: Need, history: Sequence[Earlier]) -> int:
    """Return how many sessions are in the window, including this one; the most of any place if each counts."""
    if not need.per:
        return sessions_counted(facts.on, history, need.within_months, need.year_from_first)
    now = _counted_places(facts.places, need.per)
    counts = [
        sessions_counted(facts.on, [e for e in history if _touches(e, key, need.per)], need.within_months)
        for key in now
    ]
    return max(counts, default=sessions_counted(facts.on, history, need.within_months))


def _touches(earlier: Earlier, key: object, per: str) -> bool:
    """Return whether a session treated that place or region; one without places counts."""
    return not earlier.places or key in _counted_places(earlier.places, per)


def _counted_places(places: Sequence[Sequence[str]], per: str) -> set[object]:
    if per == "place":
        return {tuple(place) for place in places}
    return {region_of(place[0]) for place in places}


@lru_cache(maxsize=4096)
def region_of(muscle: str) -> str:
    """Return the body area of a muscle; the muscle itself if the atlas does not know it."""
    known = load_atlas().muscles.get(muscle)
    return known.body_area if known else muscle


def sessions_counted(
    on: datetime.date, history: Sequence[Earlier], within_months: int | None, year_from_first: bool = False
) -> int:
    """Return how many sessions are in the window, including this one. `history` has the last one first."""
    if year_from_first:
        return _in_year(on, history)
    if within_months is None or not history:
        return len(history) + 1
    start = window_start(on, within_months)
    return sum(1 for e in history if e.on > start) + 1


def _in_year(on: datetime.date, history: Sequence[Earlier]) -> int:
    """Return how many are in the year that began with the month of its first one: 11 full months follow that month."""
    count, ends = 0, datetime.date.min
    for day in [*(e.on for e in reversed(history)), on]:
        if day >= ends:
            count, ends = 0, datetime.date(day.year + 1, day.month, 1)
        count += 1
    return count


def _sessions_most(most: int, need: Need) -> Met:
    def met(facts: CoverageFacts, history: History) -> bool | None:
        return None if history is None else _sessions(facts, need, history) <= most

    return met


def _sessions_shows(_: int, need: Need, facts: CoverageFacts, history: History) -> tuple[str, str]:
    if history is None:
        return NOBODY_ASKED
    of = f" of one {need.per}" if need.per else ""
    return f"{_sessions(facts, need, history)}{of} with this one", ""


def _improving_from(session: int, need: Need) -> Met:
    """From this many sessions on the patient must demonstrably improve; without improvement treatment ends earlier."""

    def met(facts: CoverageFacts, history: History) -> bool | None:
        if history is None:
            return None
        if not history:
            return True
        if facts.improving is False:
            return False
        return True if facts.improving or _sessions(facts, need, history) < session else None

    return met


def _improving_shows(_: int, need: Need, facts: CoverageFacts, history: History) -> tuple[str, str]:
    if history is None:
        return NOBODY_ASKED
    count = f"session {_sessions(facts, need, history)}"
    if facts.improving is None:
        return f"{count}, improvement not entered", "Enter whether the patient improves, with dated measures."
    return f"{count}, {'improving' if facts.improving else 'not improving'}", ""


HISTORY_LINES: dict[str, RuleLine] = {
    "last_relief_percent_from": RuleLine(_last("relief_percent", True), _last_shows("relief_percent", "%")),
    "last_relief_weeks_from": RuleLine(_last("relief_weeks", True), _last_shows("relief_weeks", "weeks")),
    "routine": RuleLine(_routine, _routine_shows),
    "diagnostic_once": RuleLine(_diagnostic_once, _diagnostic_shows),
    "last_function_percent_from": RuleLine(
        _last("function_percent", True), _last_shows("function_percent", "%")
    ),
    "last_function": RuleLine(_last("function_improved", False), _last_shows("function_improved", "")),
    "last_same_scale": RuleLine(_last("same_scale", False), _last_shows("same_scale", "")),
    "days_since_same_place_from": RuleLine(_days_since, _days_since_shows),
    "sessions_most": RuleLine(_sessions_most, _sessions_shows),
    "improving_from_session": RuleLine(_improving_from, _improving_shows),
}
