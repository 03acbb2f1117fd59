"""Questions that the plan waits for: what was stated points at an emergency that the patient did not name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import cite, read_toml, rows
from needlepoint.reasoning.red_flags.rules import Conjunctions, RedFlagFacts, because, check_terms
from needlepoint.reasoning.text.concepts import known_concepts

__all__ = ["MustAsk", "must_ask"]

DATA = Path(__file__).parents[1] / "data"


class MustAsk(Conjunctions, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question, by its id, and when it must be answered before a plan."""

    question: str


class _Rules(msgspec.Struct, frozen=True):
    rules: list[MustAsk]
    groups: dict[str, list[str]]


@lru_cache(maxsize=1)
def _load() -> _Rules:
    folder = DATA / "red_flags"
    groups = read_toml(folder / "rules.toml")["groups"]
    found = rows(folder / "must_ask.toml", MustAsk, "rule")
    known = known_concepts()
    for rule in found:
        cite(DATA, rule.source, f"must_ask.toml {rule.id}")
        check_terms(rule, known, groups)
    return _Rules(rules=found, groups=groups)


def must_ask(facts: RedFlagFacts) -> dict[str, tuple[str, ...]]:
    """Return the questions that must be asked, by id, with the words and facts that make them necessary."""
    loaded = _load()
    found = ((rule.question, because(rule, facts, loaded.groups)) for rule in loaded.rules)
    return {question: words for question, words in found if words}
