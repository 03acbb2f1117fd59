"""The rules that raise a red flag: conjunctions of signs, painful places, age and sex, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from needlepoint.base.knowledge import Certainty
from needlepoint.base.refusal import Fault, Refused

__all__ = ["Conjunctions", "RedFlagFacts", "RedFlagRule", "because", "check_terms"]

SEXES = ("female", "male")


class Conjunctions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a row applies. Each inner list of `any` is a conjunction of terms; one that holds is enough.

    A term is a sign, `region:GROUP`, `age>=N`, `age<N`, `sex:female` or `may_be:male`, which also holds when the sex is
    not known; `a|b` holds when either holds. No row applies when a sign of `unless` is reported.
    """

    id: str
    any: list[list[str]]
    unless: list[str] = []
    certainty: Certainty
    source: list[str]


class RedFlagRule(Conjunctions, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One red flag, its action and its titles."""

    action: str
    en: str
    es: str


class RedFlagFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Known facts of one patient: signs with their words, painful regions without side, age, sex."""

    said: Mapping[str, str]
    painful: frozenset[str] = frozenset()
    age_years: int | None = None
    sex: str | None = None


def because(rule: Conjunctions, facts: RedFlagFacts, groups: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the words and facts behind the first conjunction that holds; empty when none does."""
    if any(sign in facts.said for sign in rule.unless):
        return ()
    for terms in rule.any:
        found: list[str] = []
        for term in terms:
            words = _holds(term, facts, groups)
            if not words:
                break
            found.append(words)
        else:
            return tuple(dict.fromkeys(found))
    return ()


def _holds(term: str, facts: RedFlagFacts, groups: Mapping[str, list[str]]) -> str | None:
    """Return the words that make a term hold; None when it does not. Unknown facts never hold."""
    if "|" in term:
        return next((found for part in term.split("|") if (found := _holds(part, facts, groups))), None)
    if term.startswith("region:"):
        marked = [name for name in groups[term.removeprefix("region:")] if name in facts.painful]
        return f"pain in {marked[0].replace('_', ' ')}" if marked else None
    if term.startswith("age"):
        return _age_holds(term, facts.age_years)
    if term.startswith("may_be:"):
        return facts.sex or "sex not stated" if facts.sex in (None, term.removeprefix("may_be:")) else None
    if term.startswith("sex:"):
        return facts.sex if facts.sex == term.removeprefix("sex:") else None
    return facts.said.get(term)


def _age_holds(term: str, age: int | None) -> str | None:
    if age is None:
        return None
    least = term.startswith("age>=")
    limit = int(term.removeprefix("age>=" if least else "age<"))
    return f"age {age}" if (age >= limit if least else age < limit) else None


def check_terms(rule: Conjunctions, signs: Iterable[str], groups: Mapping[str, list[str]]) -> None:
    """Refused when a term of the rule names nothing that exists."""
    known = set(signs)
    parts = [part for terms in rule.any for joined in terms for part in joined.split("|")]
    for term in [*rule.unless, *parts]:
        if not _is_known(term, known, groups):
            raise Refused(
                Fault(f"rules.toml {rule.id}", repr(term), "a sign, region:GROUP, age>=N, age<N or sex:")
            )


def _is_known(term: str, signs: set[str], groups: Mapping[str, list[str]]) -> bool:
    if term.startswith("region:"):
        return term.removeprefix("region:") in groups
    if term.startswith(("sex:", "may_be:")):
        return term.partition(":")[2] in SEXES
    return term in signs or term.removeprefix("age>=").removeprefix("age<").isdigit()
