"""Conditions on codes and the note: diagnoses, procedures, documentation."""

from __future__ import annotations

from needlepoint.coverage.load import Need
from needlepoint.coverage.rules.line import NO_DIAGNOSIS, History, Met, RuleLine, words_of
from needlepoint.coverage.types import CoverageFacts

__all__ = ["CODE_LINES"]


def _diagnosis(wanted: list[str], _: Need) -> Met:
    listed = frozenset(wanted)

    def met(facts: CoverageFacts, _: History) -> bool | None:
        codes = facts.diagnoses if facts.pointed is None else facts.pointed
        return None if codes is None else not listed.isdisjoint(codes)

    return met


def _diagnosis_shows(wanted: list[str], _: Need, facts: CoverageFacts, __: History) -> tuple[str, str]:
    return _pointed_shows([code for code in facts.diagnoses or [] if code in wanted], facts)


def _pointed_shows(fitting: list[str], facts: CoverageFacts) -> tuple[str, str]:
    """Return the diagnoses at which the line points, and a suitable one at which it does not."""
    if facts.diagnoses is None and facts.pointed is None:
        return NO_DIAGNOSIS
    codes = (facts.diagnoses if facts.pointed is None else facts.pointed) or []
    found = [code for code in codes if code in fitting]
    beside = [code for code in fitting if code not in codes]
    aside = f"; the line does not point at {', '.join(beside)}" if beside and not found else ""
    return (", ".join(found or codes) or "none") + aside, ""


def _prefix(wanted: list[str], _: Need) -> Met:
    prefixes = tuple(wanted)

    def met(facts: CoverageFacts, _: History) -> bool | None:
        codes = facts.diagnoses if facts.pointed is None else facts.pointed
        if codes is None:
            return None
        return any(code.startswith(prefixes) for code in codes)

    return met


def _prefix_shows(wanted: list[str], _: Need, facts: CoverageFacts, __: History) -> tuple[str, str]:
    fitting = [code for code in facts.diagnoses or [] if code.startswith(tuple(wanted))]
    return _pointed_shows(fitting, facts)


def _not_diagnosis(unwanted: list[str], _: Need) -> Met:
    listed = frozenset(unwanted)

    def met(facts: CoverageFacts, _: History) -> bool | None:
        return None if facts.diagnoses is None else listed.isdisjoint(facts.diagnoses)

    return met


def _not_diagnosis_shows(unwanted: list[str], _: Need, facts: CoverageFacts, __: History) -> tuple[str, str]:
    if facts.diagnoses is None:
        return NO_DIAGNOSIS
    return ", ".join(code for code in facts.diagnoses if code in unwanted) or "none of them", ""


def _without_codes(unwanted: list[str], _: Need) -> Met:
    listed = frozenset(unwanted)

    def met(facts: CoverageFacts, _: History) -> bool | None:
        return None if facts.codes is None else listed.isdisjoint(facts.codes)

    return met


def _without_codes_shows(unwanted: list[str], _: Need, facts: CoverageFacts, __: History) -> tuple[str, str]:
    if facts.codes is None:
        return "no codes yet", "Code the session first."
    return ", ".join(code for code in facts.codes if code in unwanted) or "none of them", ""


def _documented(items: list[str], _: Need) -> Met:
    wanted = frozenset(items)

    def met(facts: CoverageFacts, _: History) -> bool | None:
        return None if facts.documented is None else wanted.issubset(facts.documented)

    return met


def _documented_shows(items: list[str], _: Need, facts: CoverageFacts, __: History) -> tuple[str, str]:
    if facts.documented is None:
        return "no note yet", f"The note must hold: {', '.join(map(words_of, items))}."
    missing = [words_of(item) for item in items if item not in facts.documented]
    return f"missing: {', '.join(missing)}" if missing else "complete", ""


CODE_LINES: dict[str, RuleLine] = {
    "diagnosis": RuleLine(_diagnosis, _diagnosis_shows),
    "diagnosis_prefix": RuleLine(_prefix, _prefix_shows),
    "not_diagnosis": RuleLine(_not_diagnosis, _not_diagnosis_shows),
    "without_codes": RuleLine(_without_codes, _without_codes_shows),
    "documented": RuleLine(_documented, _documented_shows),
}
