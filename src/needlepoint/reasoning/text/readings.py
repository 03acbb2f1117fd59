"""Measured values in a text that are a warning in themselves: a blood pressure in the severe range."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.words.tokens import Token

__all__ = ["SEVERE_PRESSURE", "severe_pressures"]

SEVERE_PRESSURE = "severe_pressure"
_RULES = Path(__file__).parent.parent / "data" / "corpus_rules.toml"


class _Pressure(msgspec.Struct, frozen=True):
    """The severe range of a blood pressure, the separators between its numbers, and the words that name one."""

    systolic: int
    diastolic: int
    highest: int
    lowest: int
    between: frozenset[str]
    named: frozenset[str]
    named_within: int


@lru_cache(maxsize=1)
def _pressure() -> _Pressure:
    return msgspec.convert(read_toml(_RULES)["pressure"], _Pressure)


def severe_pressures(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """(first, end) of each '178/112' or, after a word for it, '178 over 112' in the severe range."""
    for first in range(len(tokens) - 1):
        if not tokens[first].text.isdecimal():
            continue
        last = first + 1
        if tokens[last].text in _pressure().between and _is_named(tokens, first):
            last += 1
        elif "/" not in tokens[last].mark:
            continue
        if last < len(tokens) and _is_severe(tokens[first].text, tokens[last].text):
            yield first, last + 1


def _is_named(tokens: list[Token], first: int) -> bool:
    rule = _pressure()
    return any(token.text in rule.named for token in tokens[max(0, first - rule.named_within) : first])


def _is_severe(upper: str, lower: str) -> bool:
    rule = _pressure()
    if not (lower.isdecimal() and len(upper) <= 3 and len(lower) <= 3):
        return False
    high, low = int(upper), int(lower)
    if not rule.lowest <= low < high <= rule.highest:
        return False
    return high >= rule.systolic or (low >= rule.diastolic and high >= 2 * rule.lowest)
