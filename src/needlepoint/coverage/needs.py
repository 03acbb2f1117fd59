"""Each line of a rule's need, held against the record: met, not met, or not known and what to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from dateutil.relativedelta import relativedelta

from needlepoint.coverage.load import Need
from needlepoint.coverage.types import Earlier, Facts

__all__ = ["Answer", "weigh_need"]


class Answer(msgspec.Struct, frozen=True):
    """Whether a line is met, what the record shows, and what to enter when it is not known."""

    met: bool | None
    shows: str
    ask: str = ""


def weigh_need(need: Need, facts: Facts) -> list[Answer]:
    """The answer of every line that the need writes."""
    return [
        line(value, facts, need) for name, line in LINES.items() if (value := getattr(need, name)) is not None
    ]


def _diagnosis(wanted: list[str], facts: Facts, _: Need) -> Answer:
    if facts.diagnoses is None:
        return Answer(None, "no diagnosis entered", "Enter the diagnosis codes.")
    found = [code for code in facts.diagnoses if code in wanted]
    return Answer(bool(found), ", ".join(found or facts.diagnoses) or "none")


def _diagnosis_prefix(wanted: list[str], facts: Facts, _: Need) -> Answer:
    if facts.diagnoses is None:
        return Answer(None, "no diagnosis entered", "Enter the diagnosis codes.")
    found = [code for code in facts.diagnoses if code.startswith(tuple(wanted))]
    return Answer(bool(found), ", ".join(found or facts.diagnoses) or "none")


def _not_diagnosis(unwanted: list[str], facts: Facts, _: Need) -> Answer:
    if facts.diagnoses is None:
        return Answer(None, "no diagnosis entered", "Enter the diagnosis codes.")
    found = [code for code in facts.diagnoses if code in unwanted]
    return Answer(not found, ", ".join(found) or "none of them")


def _signs_from(least: int, facts: Facts, _: Need) -> Answer:
    if facts.signs is None:
        return Answer(None, "no examination entered", "Enter the findings.")
    return Answer(facts.signs >= least, f"{facts.signs} signs")


def _flags(names: Sequence[str], facts: Facts) -> dict[str, bool | None]:
    return {name: getattr(facts, name) for name in names}


def _any(names: list[str], facts: Facts, _: Need) -> Answer:
    flags = _flags(names, facts)
    if any(flags.values()):
        return Answer(True, ", ".join(_words(name) for name, value in flags.items() if value))
    open_ = [_words(name) for name, value in flags.items() if value is None]
    if open_:
        return Answer(None, "not entered", f"Enter whether: {' or '.join(open_)}.")
    return Answer(False, "none of them")


def _all(names: list[str], facts: Facts, _: Need) -> Answer:
    flags = _flags(names, facts)
    if any(value is False for value in flags.values()):
        return Answer(False, ", ".join(f"not {_words(n)}" for n, value in flags.items() if value is False))
    open_ = [_words(name) for name, value in flags.items() if value is None]
    if open_:
        return Answer(None, "not entered", f"Enter whether: {' and '.join(open_)}.")
    return Answer(True, ", ".join(_words(name) for name in flags))


def _none(names: list[str], facts: Facts, _: Need) -> Answer:
    flags = _flags(names, facts)
    if any(flags.values()):
        return Answer(False, ", ".join(_words(name) for name, value in flags.items() if value))
    open_ = [_words(name) for name, value in flags.items() if value is None]
    if open_:
        return Answer(None, "not entered", f"Enter whether: {' or '.join(open_)}.")
    return Answer(True, ", ".join(f"no {_words(name)}" for name in flags))


def _at_least(field: str, unit: str) -> Callable[[Any, Facts, Need], Answer]:
    def line(least: Decimal, facts: Facts, _: Need) -> Answer:
        value = getattr(facts, field)
        if value is None:
            return Answer(None, "not entered", f"Enter the {_words(field)}.")
        return Answer(value >= least, f"{value} {unit}")

    return line


def _before(facts: Facts) -> list[Earlier] | None:
    """The earlier sessions, the last one first; None when nobody asked. What lies ahead does not count."""
    if facts.earlier is None:
        return None
    return sorted((e for e in facts.earlier if e.on < facts.on), key=lambda e: e.on, reverse=True)


def _last(field: str, unit: str, least_is_value: bool) -> Callable[[Any, Facts, Need], Answer]:
    """A line on the last session; met where there was none before."""

    def line(wanted: Any, facts: Facts, _: Need) -> Answer:
        before = _before(facts)
        if before is None:
            return Answer(None, "nobody asked about earlier sessions", "Enter the earlier sessions, or none.")
        if not before:
            return Answer(True, "no session before")
        value = getattr(before[0], field)
        if value is None:
            return Answer(
                None, f"not entered for {before[0].on}", f"Enter {_words(field)} of {before[0].on}."
            )
        met = value >= wanted if least_is_value else value == wanted
        return Answer(met, f"{before[0].on}: {value} {unit}".strip())

    return line


def _days_since_same_place(least: int, facts: Facts, _: Need) -> Answer:
    before = _before(facts)
    if before is None:
        return Answer(None, "nobody asked about earlier sessions", "Enter the earlier sessions, or none.")
    now = {tuple(place) for place in facts.places}
    same = [e.on for e in before if not e.places or now & {tuple(place) for place in e.places}]
    if not same:
        return Answer(True, "this place was not treated before")
    days = (facts.on - same[0]).days
    return Answer(days >= least, f"{days} days since {same[0]}")


def _sessions_most(most: int, facts: Facts, need: Need) -> Answer:
    before = _before(facts)
    if before is None:
        return Answer(None, "nobody asked about earlier sessions", "Enter the earlier sessions, or none.")
    start = None if need.within_months is None else facts.on - relativedelta(months=need.within_months)
    counted = [e for e in before if start is None or e.on > start]
    return Answer(len(counted) + 1 <= most, f"{len(counted) + 1} with this one")


def _regions_most(most: int, facts: Facts, _: Need) -> Answer:
    if facts.regions is None:
        return Answer(None, "not entered", "Enter the places that are treated.")
    return Answer(facts.regions <= most, f"{facts.regions} regions")


def _without_codes(unwanted: list[str], facts: Facts, _: Need) -> Answer:
    if facts.codes is None:
        return Answer(None, "no codes yet", "Code the session first.")
    found = [code for code in facts.codes if code in unwanted]
    return Answer(not found, ", ".join(found) or "none of them")


def _drug_on_claim(wanted: bool, facts: Facts, _: Need) -> Answer:
    if facts.drug_on_claim is None:
        return Answer(None, "not entered", "Enter the drugs that are given.")
    return Answer(facts.drug_on_claim == wanted, "yes" if facts.drug_on_claim else "no drug line")


def _documented(items: list[str], facts: Facts, _: Need) -> Answer:
    if facts.documented is None:
        return Answer(None, "no note yet", f"The note must hold: {', '.join(map(_words, items))}.")
    missing = [_words(item) for item in items if item not in facts.documented]
    return Answer(not missing, f"missing: {', '.join(missing)}" if missing else "complete")


def _words(name: str) -> str:
    return name.replace("_", " ")


LINES: dict[str, Callable[[Any, Facts, Need], Answer]] = {
    "diagnosis": _diagnosis,
    "diagnosis_prefix": _diagnosis_prefix,
    "not_diagnosis": _not_diagnosis,
    "signs_from": _signs_from,
    "any": _any,
    "all": _all,
    "none": _none,
    "pain_weeks_from": _at_least("pain_weeks", "weeks"),
    "care_weeks_from": _at_least("care_weeks", "weeks"),
    "last_relief_percent_from": _last("relief_percent", "%", least_is_value=True),
    "last_relief_weeks_from": _last("relief_weeks", "weeks", least_is_value=True),
    "last_function": _last("function_improved", "", least_is_value=False),
    "last_same_scale": _last("same_scale", "", least_is_value=False),
    "days_since_same_place_from": _days_since_same_place,
    "sessions_most": _sessions_most,
    "regions_most": _regions_most,
    "without_codes": _without_codes,
    "drug_on_claim": _drug_on_claim,
    "documented": _documented,
}
