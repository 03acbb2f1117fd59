"""Each line of a rule's need: met by the record, not met, or not known.

Every kind of line stands here twice, side by side: `met` is the question itself, quick, for one claim; `shows` says
what the record shows and what to enter, only when somebody reads it. `many.py` asks the same of a whole practice.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from needlepoint.anatomy import load_atlas
from needlepoint.coverage.load import Need
from needlepoint.coverage.types import Earlier, Facts

__all__ = [
    "LINES",
    "History",
    "Line",
    "Met",
    "history_of",
    "lines_of",
    "region_of",
    "sessions_counted",
    "window_start",
]

History = Sequence[Earlier] | None  # earlier sessions, the last one first; None: nobody asked
Met = Callable[[Facts, History], bool | None]
THREE_OF_FOUR = 3  # of band, tender spot, twitch and referral: one of the first two is among any three
GOALS = "functional_goals"
NO_DIAGNOSIS = ("no diagnosis entered", "Enter the diagnosis codes.")
# What the record shows of sessions where there was none.
NO_SESSION = ("no session before", "this place was not treated before")
NOBODY_ASKED = ("nobody asked about earlier sessions", "Enter the earlier sessions, or none.")


class Line(NamedTuple):
    """One kind of line: makes its question from what the row writes, and words its answer."""

    met: Callable[[Any, Need], Met]
    shows: Callable[[Any, Need, Facts, History], tuple[str, str]]


def history_of(facts: Facts, act: str = "any") -> History:
    """The earlier sessions of this act, the last one first. What lies ahead does not count.

    `act` is the policy's: 'any' counts injections and dry needling together, as a session of an act nobody named.
    """
    if not facts.earlier:
        return facts.earlier
    counted = (e for e in facts.earlier if act == "any" or e.act in (None, facts.act))
    return sorted((e for e in counted if e.on < facts.on), key=lambda e: e.on, reverse=True)


@lru_cache(maxsize=4096)
def window_start(on: datetime.date, months: int) -> datetime.date:
    """The last day that no longer counts in a window of so many months that ends on `on`."""
    return on - relativedelta(months=months)


# Diagnoses and codes.


def _diagnosis(wanted: list[str], _: Need) -> Met:
    listed = frozenset(wanted)

    def met(facts: Facts, _: History) -> bool | None:
        codes = facts.diagnoses if facts.pointed is None else facts.pointed
        return None if codes is None else not listed.isdisjoint(codes)

    return met


def _diagnosis_shows(wanted: list[str], _: Need, facts: Facts, __: History) -> tuple[str, str]:
    return _pointed_shows([code for code in facts.diagnoses or [] if code in wanted], facts)


def _pointed_shows(fitting: list[str], facts: Facts) -> tuple[str, str]:
    """The diagnoses that the line points at; one that fits but that the line does not point at is told."""
    if facts.diagnoses is None and facts.pointed is None:
        return NO_DIAGNOSIS
    codes = (facts.diagnoses if facts.pointed is None else facts.pointed) or []
    found = [code for code in codes if code in fitting]
    beside = [code for code in fitting if code not in codes]
    aside = f"; the line does not point at {', '.join(beside)}" if beside and not found else ""
    return (", ".join(found or codes) or "none") + aside, ""


def _prefix(wanted: list[str], _: Need) -> Met:
    prefixes = tuple(wanted)

    def met(facts: Facts, _: History) -> bool | None:
        codes = facts.diagnoses if facts.pointed is None else facts.pointed
        if codes is None:
            return None
        return any(code.startswith(prefixes) for code in codes)

    return met


def _prefix_shows(wanted: list[str], _: Need, facts: Facts, __: History) -> tuple[str, str]:
    fitting = [code for code in facts.diagnoses or [] if code.startswith(tuple(wanted))]
    return _pointed_shows(fitting, facts)


def _not_diagnosis(unwanted: list[str], _: Need) -> Met:
    listed = frozenset(unwanted)

    def met(facts: Facts, _: History) -> bool | None:
        return None if facts.diagnoses is None else listed.isdisjoint(facts.diagnoses)

    return met


def _not_diagnosis_shows(unwanted: list[str], _: Need, facts: Facts, __: History) -> tuple[str, str]:
    if facts.diagnoses is None:
        return NO_DIAGNOSIS
    return ", ".join(code for code in facts.diagnoses if code in unwanted) or "none of them", ""


def _without_codes(unwanted: list[str], _: Need) -> Met:
    listed = frozenset(unwanted)

    def met(facts: Facts, _: History) -> bool | None:
        return None if facts.codes is None else listed.isdisjoint(facts.codes)

    return met


def _without_codes_shows(unwanted: list[str], _: Need, facts: Facts, __: History) -> tuple[str, str]:
    if facts.codes is None:
        return "no codes yet", "Code the session first."
    return ", ".join(code for code in facts.codes if code in unwanted) or "none of them", ""


def _documented(items: list[str], _: Need) -> Met:
    wanted = frozenset(items)

    def met(facts: Facts, _: History) -> bool | None:
        return None if facts.documented is None else wanted.issubset(facts.documented)

    return met


def _documented_shows(items: list[str], _: Need, facts: Facts, __: History) -> tuple[str, str]:
    if facts.documented is None:
        return "no note yet", f"The note must hold: {', '.join(map(_words, items))}."
    missing = [_words(item) for item in items if item not in facts.documented]
    return f"missing: {', '.join(missing)}" if missing else "complete", ""


# Numbers and yes or no.


def _at_least(field: str) -> Callable[[Any, Need], Met]:
    def make(least: Any, _: Need) -> Met:
        def met(facts: Facts, _: History) -> bool | None:
            value = getattr(facts, field)
            return None if value is None else value >= least

        return met

    return make


def _at_least_shows(field: str, unit: str) -> Callable[[Any, Need, Facts, History], tuple[str, str]]:
    def shows(_: Any, __: Need, facts: Facts, ___: History) -> tuple[str, str]:
        value = getattr(facts, field)
        if value is None:
            ask = "Enter the findings." if field == "signs" else f"Enter the {_words(field)}."
            return "not entered", ask
        return f"{value} {unit}", ""

    return shows


def _regions_most(most: int, _: Need) -> Met:
    def met(facts: Facts, _: History) -> bool | None:
        return None if facts.regions is None else facts.regions <= most

    return met


def _regions_shows(_: int, __: Need, facts: Facts, ___: History) -> tuple[str, str]:
    if facts.regions is None:
        return "not entered", "Enter the places that are treated."
    return f"{facts.regions} region{'' if facts.regions == 1 else 's'}", ""


def _drug_on_claim(wanted: bool, _: Need) -> Met:
    def met(facts: Facts, _: History) -> bool | None:
        return None if facts.drug_on_claim is None else facts.drug_on_claim == wanted

    return met


def _drug_shows(_: bool, __: Need, facts: Facts, ___: History) -> tuple[str, str]:
    if facts.drug_on_claim is None:
        return "not entered", "Enter the drugs that are given."
    return "yes" if facts.drug_on_claim else "no drug line", ""


def _furnished_by(allowed: dict[str, list[str]], _: Need) -> Met:
    """By whom: not by a profession that is not named; a credential that is not on file is asked for."""

    def met(facts: Facts, _: History) -> bool | None:
        if facts.profession is None:
            return None
        if facts.profession not in allowed:
            return False
        return True if set(allowed[facts.profession]) <= set(facts.credentials or ()) else None

    return met


def _furnished_shows(allowed: dict[str, list[str]], _: Need, facts: Facts, __: History) -> tuple[str, str]:
    if facts.profession is None:
        return "profession not entered", "Enter the profession of the clinician."
    who = _words(facts.profession)
    if facts.profession not in allowed:
        return f"furnished by a {who}", ""
    lacking = [_words(item) for item in allowed[facts.profession] if item not in (facts.credentials or ())]
    if lacking:
        return f"{who}; not on file: {', '.join(lacking)}", f"Put on file: {', '.join(lacking)}."
    held = [_words(item) for item in allowed[facts.profession]]
    return (f"{who} with {' and '.join(held)}" if held else who), ""


def _state_allows(wanted: bool, _: Need) -> Met:
    def met(facts: Facts, _: History) -> bool | None:
        return None if facts.state_allows is None else facts.state_allows == wanted

    return met


def _state_shows(_: bool, __: Need, facts: Facts, ___: History) -> tuple[str, str]:
    if facts.state_allows is None:
        return "not known", "Settle with the state's board whether this clinician may do it."
    return ("the state's law allows it" if facts.state_allows else "the state's law does not allow it"), ""


def _state_refuses(_: bool, __: Need) -> Met:
    """Met unless the state's law is known to refuse; a question about it holds the claim by itself."""

    def met(facts: Facts, _: History) -> bool | None:
        return facts.state_allows is not False

    return met


def _nodule(_: bool, __: Need) -> Met:
    """A tender nodule or band; any three of the four signs hold at least one of the two."""

    def met(facts: Facts, _: History) -> bool | None:
        if facts.nodule is None and facts.signs is not None and facts.signs >= THREE_OF_FOUR:
            return True
        return facts.nodule

    return met


def _nodule_shows(_: bool, __: Need, facts: Facts, ___: History) -> tuple[str, str]:
    if _nodule(True, Need())(facts, None) is None:
        return "not entered", "Enter whether a tender nodule or band was felt."
    return ("felt" if facts.nodule is not False else "none felt"), ""


def _goals(_: bool, __: Need) -> Met:
    """Where lost movement alone is the reason: a functional assessment with goals stands in the note."""

    def met(facts: Facts, _: History) -> bool | None:
        if _other_reason(facts) or (facts.documented is not None and GOALS in facts.documented):
            return True
        unsure = None in (facts.care_failed, facts.diagnostic, facts.documented)
        return None if unsure else False

    return met


def _other_reason(facts: Facts) -> bool:
    """Whether something else than lost movement is a reason, or movement is none."""
    return bool(facts.care_failed or facts.diagnostic) or facts.movement_limited is not True


def _goals_shows(_: bool, __: Need, facts: Facts, ___: History) -> tuple[str, str]:
    if _other_reason(facts):
        return "not given for movement alone", ""
    if facts.documented is None:
        return "no note yet", f"The note must hold: {_words(GOALS)}."
    return ("in the note" if GOALS in facts.documented else f"missing: {_words(GOALS)}"), ""


def _flags(any_: bool, wanted: bool) -> Callable[[list[str], Need], Met]:
    """Whether any (or all) of the flags are as wanted, in three values."""

    def make(names: list[str], _: Need) -> Met:
        fields = tuple(names)

        def met(facts: Facts, _: History) -> bool | None:
            unknown = False
            for name in fields:
                value = getattr(facts, name)
                if value is None:
                    unknown = True
                elif (value is wanted) is any_:
                    return any_
            return None if unknown else not any_

        return met

    return make


def _flags_shows(mark: bool, word: str) -> Callable[[list[str], Need, Facts, History], tuple[str, str]]:
    """Names the flags that decide: those that are `mark`."""

    def shows(names: list[str], _: Need, facts: Facts, __: History) -> tuple[str, str]:
        flags = {name: getattr(facts, name) for name in names}
        deciding = [_words(name) for name, value in flags.items() if value is mark]
        if deciding:
            said = ", ".join(deciding)
            return (said if mark else f"not {said}"), ""
        open_ = [_words(name) for name, value in flags.items() if value is None]
        if open_:
            return "not entered", f"Enter whether: {f' {word} '.join(open_)}."
        return ", ".join(_words(name) if not mark else f"no {_words(name)}" for name in flags), ""

    return shows


# The history.


def _last(field: str, at_least: bool) -> Callable[[Any, Need], Met]:
    """A line on the last session; met where there was none before."""

    def make(wanted: Any, _: Need) -> Met:
        def met(_: Facts, history: History) -> bool | None:
            if not history:
                return None if history is None else True
            value = getattr(history[0], field)
            if value is None:
                return None
            return bool(value >= wanted if at_least else value == wanted)

        return met

    return make


def _last_shows(field: str, unit: str) -> Callable[[Any, Need, Facts, History], tuple[str, str]]:
    def shows(_: Any, __: Need, ___: Facts, history: History) -> tuple[str, str]:
        if history is None:
            return NOBODY_ASKED
        if not history:
            return NO_SESSION[0], ""
        value = getattr(history[0], field)
        if value is None:
            return "not entered", f"Enter the {_words(field)} after {history[0].on}."
        if isinstance(value, bool):
            return f"{history[0].on}: {_words(field)}{'' if value else ', no'}", ""
        return f"{history[0].on}: {value} {unit}".strip(), ""

    return shows


def _diagnostic_once(_: bool, __: Need) -> Met:
    """A needle whose only reason is to find the diagnosis is given once."""

    def met(facts: Facts, history: History) -> bool | None:
        if facts.diagnostic is not True or facts.care_failed or facts.movement_limited:
            return True
        if history is None or not history:
            return None if history is None else True
        return None if None in (facts.care_failed, facts.movement_limited) else False

    return met


def _diagnostic_shows(_: bool, __: Need, facts: Facts, history: History) -> tuple[str, str]:
    if facts.diagnostic is not True or facts.care_failed or facts.movement_limited:
        return "not diagnostic alone", ""
    if history is None:
        return NOBODY_ASKED
    return f"{len(history)} before" if history else NO_SESSION[0], ""


def _routine(wanted: bool, _: Need) -> Met:
    """Given by schedule, or for findings and the response to the last one, which was then measured."""

    def met(facts: Facts, history: History) -> bool | None:
        if history is None:
            return None
        if not history or facts.routine is not None:
            return bool(facts.routine) is wanted or not history
        return None if history[0].relief_percent is None else not wanted

    return met


def _routine_shows(_: bool, __: Need, facts: Facts, history: History) -> tuple[str, str]:
    if history is None:
        return NOBODY_ASKED
    if not history:
        return NO_SESSION[0], ""
    if facts.routine is not None:
        return ("given by schedule" if facts.routine else "given for findings"), ""
    if history[0].relief_percent is None:
        return "not entered", "Enter whether it is given by schedule or for findings."
    return f"the response of {history[0].on} was measured", ""


def _same_place(facts: Facts, history: Sequence[Earlier]) -> Earlier | None:
    """The last session that treated one of these places; one whose places nobody entered counts."""
    now = {tuple(place) for place in facts.places}
    return next((e for e in history if not e.places or now & {tuple(place) for place in e.places}), None)


def _days_since(least: int, _: Need) -> Met:
    def met(facts: Facts, history: History) -> bool | None:
        if not history:
            return None if history is None else True
        same = _same_place(facts, history)
        return same is None or (facts.on - same.on).days >= least

    return met


def _days_since_shows(_: int, __: Need, facts: Facts, history: History) -> tuple[str, str]:
    if history is None:
        return NOBODY_ASKED
    same = _same_place(facts, history)
    if same is None:
        return NO_SESSION[1], ""
    return f"{(facts.on - same.on).days} days since {same.on}", ""


def _sessions(facts: Facts, need: Need, history: Sequence[Earlier]) -> int:
    """How many sessions lie in the window, this one counted; the most of any place or region where each counts."""
    if not need.per:
        return sessions_counted(facts.on, history, need.within_months, need.year_from_first)
    now = _counted_places(facts.places, need.per)
    counts = [
        sessions_counted(facts.on, [e for e in history if _touches(e, key, need.per)], need.within_months)
        for key in now
    ]
    return max(counts, default=sessions_counted(facts.on, history, need.within_months))


def _touches(earlier: Earlier, key: object, per: str) -> bool:
    """Whether a session treated that place or region; one whose places nobody entered counts."""
    return not earlier.places or key in _counted_places(earlier.places, per)


def _counted_places(places: Sequence[Sequence[str]], per: str) -> set[object]:
    if per == "place":
        return {tuple(place) for place in places}
    return {region_of(place[0]) for place in places}


@lru_cache(maxsize=4096)
def region_of(muscle: str) -> str:
    """The body area of a muscle; the muscle itself where the atlas does not know it."""
    known = load_atlas().muscles.get(muscle)
    return known.body_area if known else muscle


def sessions_counted(
    on: datetime.date, history: Sequence[Earlier], within_months: int | None, year_from_first: bool = False
) -> int:
    """How many sessions lie in the window, this one counted. `history` has the last one first."""
    if year_from_first:
        return _in_year(on, history)
    if within_months is None or not history:
        return len(history) + 1
    start = window_start(on, within_months)
    return sum(1 for e in history if e.on > start) + 1


def _in_year(on: datetime.date, history: Sequence[Earlier]) -> int:
    """How many lie in the year that began with the month of its first one: 11 full months must follow that month."""
    count, ends = 0, datetime.date.min
    for day in [*(e.on for e in reversed(history)), on]:
        if day >= ends:
            count, ends = 0, datetime.date(day.year + 1, day.month, 1)
        count += 1
    return count


def _sessions_most(most: int, need: Need) -> Met:
    def met(facts: Facts, history: History) -> bool | None:
        return None if history is None else _sessions(facts, need, history) <= most

    return met


def _sessions_shows(_: int, need: Need, facts: Facts, history: History) -> tuple[str, str]:
    if history is None:
        return NOBODY_ASKED
    of = f" of one {need.per}" if need.per else ""
    return f"{_sessions(facts, need, history)}{of} with this one", ""


def _improving_from(session: int, need: Need) -> Met:
    """From so many sessions on the patient must demonstrably improve; one who does not improve is stopped before."""

    def met(facts: Facts, history: History) -> bool | None:
        if history is None:
            return None
        if not history:
            return True
        if facts.improving is False:
            return False
        return True if facts.improving or _sessions(facts, need, history) < session else None

    return met


def _improving_shows(_: int, need: Need, facts: Facts, history: History) -> tuple[str, str]:
    if history is None:
        return NOBODY_ASKED
    count = f"session {_sessions(facts, need, history)}"
    if facts.improving is None:
        return f"{count}, improvement not entered", "Enter whether the patient improves, with dated measures."
    return f"{count}, {'improving' if facts.improving else 'not improving'}", ""


def _words(name: str) -> str:
    return name.replace("_", " ")


LINES: dict[str, Line] = {
    "diagnosis": Line(_diagnosis, _diagnosis_shows),
    "diagnosis_prefix": Line(_prefix, _prefix_shows),
    "not_diagnosis": Line(_not_diagnosis, _not_diagnosis_shows),
    "signs_from": Line(_at_least("signs"), _at_least_shows("signs", "signs")),
    "any": Line(_flags(any_=True, wanted=True), _flags_shows(True, "or")),
    "all": Line(_flags(any_=False, wanted=True), _flags_shows(False, "and")),
    "none": Line(_flags(any_=False, wanted=False), _flags_shows(True, "or")),
    "pain_weeks_from": Line(_at_least("pain_weeks"), _at_least_shows("pain_weeks", "weeks")),
    "care_weeks_from": Line(_at_least("care_weeks"), _at_least_shows("care_weeks", "weeks")),
    "last_relief_percent_from": Line(_last("relief_percent", True), _last_shows("relief_percent", "%")),
    "last_relief_weeks_from": Line(_last("relief_weeks", True), _last_shows("relief_weeks", "weeks")),
    "nodule": Line(_nodule, _nodule_shows),
    "routine": Line(_routine, _routine_shows),
    "diagnostic_once": Line(_diagnostic_once, _diagnostic_shows),
    "goals_for_movement": Line(_goals, _goals_shows),
    "state_refuses": Line(_state_refuses, _state_shows),
    "last_function_percent_from": Line(_last("function_percent", True), _last_shows("function_percent", "%")),
    "last_function": Line(_last("function_improved", False), _last_shows("function_improved", "")),
    "last_same_scale": Line(_last("same_scale", False), _last_shows("same_scale", "")),
    "days_since_same_place_from": Line(_days_since, _days_since_shows),
    "sessions_most": Line(_sessions_most, _sessions_shows),
    "regions_most": Line(_regions_most, _regions_shows),
    "without_codes": Line(_without_codes, _without_codes_shows),
    "drug_on_claim": Line(_drug_on_claim, _drug_shows),
    "furnished_by": Line(_furnished_by, _furnished_shows),
    "state_allows": Line(_state_allows, _state_shows),
    "improving_from_session": Line(_improving_from, _improving_shows),
    "documented": Line(_documented, _documented_shows),
}


def lines_of(need: Need) -> list[str]:
    """The names of the lines that a need writes."""
    return [name for name in LINES if getattr(need, name) is not None]
