"""Numbers in a text that are a warning in themselves: a blood pressure in the severe range, a count of pills."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.words.tokens import Token

__all__ = ["OVERDOSE", "SEVERE_PRESSURE", "counted_pills", "severe_pressures"]

SEVERE_PRESSURE = "severe_pressure"
OVERDOSE = "overdose_taken"
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


class _Pills(msgspec.Struct, frozen=True):
    """How many pills are too many, and the words around such a number."""

    least: int
    most: int
    names: frozenset[str]
    between: frozenset[str]
    taken: frozenset[str]
    taken_within: int
    beyond: frozenset[str]
    beyond_within: int
    words: dict[str, int]


@lru_cache(maxsize=1)
def _pills() -> _Pills:
    return msgspec.convert(read_toml(_RULES)["pills"], _Pills)


def counted_pills(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """(first, end) of each 'took about 30 extra strength tylenol': more than anybody takes in a day."""
    rule = _pills()
    for at, token in enumerate(tokens):
        count = (
            int(token.text)
            if token.text.isdecimal() and len(token.text) < 4
            else rule.words.get(token.text, 0)
        )
        if not rule.least <= count <= rule.most:
            continue
        taken = next(
            (
                p
                for p in range(at - 1, max(-1, at - 1 - rule.taken_within), -1)
                if tokens[p].text in rule.taken
            ),
            None,
        )
        name = at + 1
        while name < len(tokens) and tokens[name].text in rule.between:
            name += 1
        behind = {each.text for each in tokens[name : name + rule.beyond_within]}
        named = name < len(tokens) and tokens[name].text in rule.names
        if taken is not None and named and tokens[at + 1].text != "mg" and not behind & rule.beyond:
            yield taken, name + 1


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
