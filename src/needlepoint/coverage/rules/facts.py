"""Conditions on the facts of one session: numbers, yes or no, who furnished it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from needlepoint.base.wording import day_words
from needlepoint.coverage.load import Need
from needlepoint.coverage.rules.line import GOALS, THREE_OF_FOUR, History, Met, RuleLine, words_of
from needlepoint.coverage.types import CoverageFacts

__all__ = ["FACT_LINES"]


def _at_least(field: str) -> Callable[[Any, Need], Met]:
    def make(least: Any, _: Need) -> Met:
        def met(facts: CoverageFacts, _: History) -> bool | None:
            value = getattr(facts, field)
            return None if value is None else value >= least

        return met

    return make


def _at_least_shows(field: str, unit: str) -> Callable[[Any, Need, CoverageFacts, History], tuple[str, str]]:
    def shows(_: Any, __: Need, facts: CoverageFacts, ___: History) -> tuple[str, str]:
        value = getattr(facts, field)
        if value is None:
            ask = "Enter the findings." if field == "signs" else f"Enter the {words_of(field)}."
            return "not entered", ask
        return f"{value} {unit}", ""

    return shows


def _regions_most(most: int, _: Need) -> Met:
    def met(facts: CoverageFacts, _: History) -> bool | None:
        return None if facts.regions is None else facts.regions <= most

    return met


def _regions_shows(_: int, __: Need, facts: CoverageFacts, ___: History) -> tuple[str, str]:
    if facts.regions is None:
        return "not entered", "Enter the places that are treated."
    return f"{facts.regions} region{'' if facts.regions == 1 else 's'}", ""


def _drug_on_claim(wanted: bool, _: Need) -> Met:
    def met(facts: CoverageFacts, _: History) -> bool | None:
        return None if facts.drug_on_claim is None else facts.drug_on_claim == wanted

    return met


def _drug_shows(_: bool, __: Need, facts: CoverageFacts, ___: History) -> tuple[str, str]:
    if facts.drug_on_claim is None:
        return "not entered", "Enter the drugs that are given."
    return "yes" if facts.drug_on_claim else "no drug line", ""


def _furnished_by(allowed: dict[str, list[str]], _: Need) -> Met:
    """Who furnished it: not a profession that is not named; a credential that is not on file is asked for."""

    def met(facts: CoverageFacts, _: History) -> bool | None:
        if facts.profession is None:
            return None
        if facts.profession not in allowed:
            return False
        return True if set(allowed[facts.profession]) <= set(facts.credentials or ()) else None

    return met


def _furnished_shows(
    allowed: dict[str, list[str]], _: Need, facts: CoverageFacts, __: History
) -> tuple[str, str]:
    if facts.profession is None:
        return "profession not entered", "Enter the profession of the clinician."
    who = words_of(facts.profession)
    if facts.profession not in allowed:
        return f"furnished by a {who}", ""
    lacking = [words_of(item) for item in allowed[facts.profession] if item not in (facts.credentials or ())]
    if lacking:
        return f"{who}; not on file: {', '.join(lacking)}", f"Put on file: {', '.join(lacking)}."
    held = [words_of(item) for item in allowed[facts.profession]]
    return (f"{who} with {' and '.join(held)}" if held else who), ""


def _state_allows(wanted: bool, _: Need) -> Met:
    def met(facts: CoverageFacts, _: History) -> bool | None:
        return None if facts.state_allows is None else facts.state_allows == wanted

    return met


def _state_shows(_: bool, __: Need, facts: CoverageFacts, ___: History) -> tuple[str, str]:
    if facts.state_allows is None:
        return "not known", "Settle with the state's board whether this clinician may do it."
    return ("the state's law allows it" if facts.state_allows else "the state's law does not allow it"), ""


def _state_lets(sure: list[str], _: Need) -> Met:
    """Whether the state allows it; if unknown, met for the professions that need no answer."""

    def met(facts: CoverageFacts, _: History) -> bool | None:
        if facts.state_allows is not None:
            return facts.state_allows
        return True if facts.profession is None or facts.profession in sure else None

    return met


def _lets_shows(sure: list[str], _: Need, facts: CoverageFacts, __: History) -> tuple[str, str]:
    if facts.state_allows is not None:
        return _state_shows(True, Need(), facts, None)
    if facts.profession is None:
        return "profession not entered", ""
    if facts.profession in sure:
        return f"a {words_of(facts.profession)}", ""
    return _state_shows(True, Need(), facts, None)


def _not_by(barred: list[str], _: Need) -> Met:
    def met(facts: CoverageFacts, _: History) -> bool | None:
        return facts.profession not in barred

    return met


def _not_by_shows(_: list[str], __: Need, facts: CoverageFacts, ___: History) -> tuple[str, str]:
    return (f"by a {words_of(facts.profession)}" if facts.profession else "profession not entered"), ""


def _nodule(_: bool, __: Need) -> Met:
    """A tender nodule or band; any three of the four signs include at least one of the two."""

    def met(facts: CoverageFacts, _: History) -> bool | None:
        if facts.nodule is None and facts.signs is not None and facts.signs >= THREE_OF_FOUR:
            return True
        return facts.nodule

    return met


def _nodule_shows(_: bool, __: Need, facts: CoverageFacts, ___: History) -> tuple[str, str]:
    if _nodule(True, Need())(facts, None) is None:
        return "not entered", "Enter whether a tender nodule or band was felt."
    return ("felt" if facts.nodule is not False else "none felt"), ""


def _goals(_: bool, __: Need) -> Met:
    """When lost movement is the only reason: a functional assessment with goals is in the note."""

    def met(facts: CoverageFacts, _: History) -> bool | None:
        if _other_reason(facts) or (facts.documented is not None and GOALS in facts.documented):
            return True
        unsure = None in (facts.care_failed, facts.diagnostic, facts.documented)
        return None if unsure else False

    return met


def _other_reason(facts: CoverageFacts) -> bool:
    """Whether there is another reason than lost movement, or movement is not limited."""
    return bool(facts.care_failed or facts.diagnostic) or facts.movement_limited is not True


def _goals_shows(_: bool, __: Need, facts: CoverageFacts, ___: History) -> tuple[str, str]:
    if _other_reason(facts):
        return "not given for movement alone", ""
    if facts.documented is None:
        return "no note yet", f"The note must hold: {words_of(GOALS)}."
    return ("in the note" if GOALS in facts.documented else f"missing: {words_of(GOALS)}"), ""


def _flags(any_: bool, wanted: bool) -> Callable[[list[str], Need], Met]:
    """Whether any (or all) of the flags are as required, in three values."""

    def make(names: list[str], _: Need) -> Met:
        fields = tuple(names)

        def met(facts: CoverageFacts, _: History) -> bool | None:
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


def _flags_shows(
    mark: bool, word: str
) -> Callable[[list[str], Need, CoverageFacts, History], tuple[str, str]]:
    """Return the deciding flags: those that are `mark`."""

    def shows(names: list[str], _: Need, facts: CoverageFacts, __: History) -> tuple[str, str]:
        flags = {name: getattr(facts, name) for name in names}
        deciding = [words_of(name) for name, value in flags.items() if value is mark]
        if deciding:
            said = ", ".join(deciding)
            return (said if mark else f"not {said}"), ""
        open_ = [words_of(name) for name, value in flags.items() if value is None]
        if open_:
            return "not entered", f"Enter whether: {f' {word} '.join(open_)}."
        return ", ".join(words_of(name) if not mark else f"no {words_of(name)}" for name in flags), ""

    return shows


def _never(_: bool, __: Need) -> Met:
    """What the payer covers for nobody."""

    def met(_: CoverageFacts, __: History) -> bool | None:
        return False

    return met


def _never_shows(_: bool, __: Need, facts: CoverageFacts, ___: History) -> tuple[str, str]:
    return f"{words_of(facts.act)} on {day_words(facts.on)}", ""


FACT_LINES: dict[str, RuleLine] = {
    "never": RuleLine(_never, _never_shows),
    "signs_from": RuleLine(_at_least("signs"), _at_least_shows("signs", "signs")),
    "any": RuleLine(_flags(any_=True, wanted=True), _flags_shows(True, "or")),
    "all": RuleLine(_flags(any_=False, wanted=True), _flags_shows(False, "and")),
    "none": RuleLine(_flags(any_=False, wanted=False), _flags_shows(True, "or")),
    "pain_weeks_from": RuleLine(_at_least("pain_weeks"), _at_least_shows("pain_weeks", "weeks")),
    "care_weeks_from": RuleLine(_at_least("care_weeks"), _at_least_shows("care_weeks", "weeks")),
    "nodule": RuleLine(_nodule, _nodule_shows),
    "goals_for_movement": RuleLine(_goals, _goals_shows),
    "state_lets": RuleLine(_state_lets, _lets_shows),
    "not_by": RuleLine(_not_by, _not_by_shows),
    "regions_most": RuleLine(_regions_most, _regions_shows),
    "drug_on_claim": RuleLine(_drug_on_claim, _drug_shows),
    "furnished_by": RuleLine(_furnished_by, _furnished_shows),
    "state_allows": RuleLine(_state_allows, _state_shows),
}
