"""The painful side in the patient's own words: 'my right hip, the left one is fine', 'el hombro izquierdo'.

Drawing and plan may agree and both be wrong; the words are an independent check.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.treatment.lists.cues import has
from needlepoint.treatment.lists.names import DATA, plain

__all__ = ["Sides", "sides_said"]

BOTH = frozenset({("left", ""), ("right", "")})


class SideWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of `data/words/sides.toml`."""

    left: list[str]
    right: list[str]
    chart: dict[str, list[str]]
    both_chart: list[str]
    joined: dict[str, str]
    letters: dict[str, str]
    both: list[str]
    both_joined: list[str]
    body: list[str]
    bodies: list[str]
    between: list[str]
    before: list[str]
    not_before: list[str]
    english: list[str]
    not_behind: list[str]
    surely: list[str]
    fine: list[str]
    over: list[str]
    more: list[str]
    joins: list[str]
    areas: dict[str, list[str]]

    def side_of(self, token: str) -> str:
        """Return left, right or ''."""
        return "left" if token in self.left else "right" if token in self.right else ""


class Sides(msgspec.Struct, frozen=True):
    """The painful sides in the words, each with the part of the body next to it ('' for none).

    `words`: the words that say so.
    """

    named: frozenset[tuple[str, str]] = frozenset()
    words: str = ""

    @property
    def sides(self) -> frozenset[str]:
        """Every side that is named; none where the words name no side."""
        return frozenset(side for side, _ in self.named)

    def at(self, area: str) -> frozenset[str]:
        """The sides in an area of the body ('hip_thigh'); where the words name none for it, every one."""
        parts = _words().areas.get(area, [])
        here = frozenset(side for side, part in self.named if not part or part in parts)
        return here or self.sides


@lru_cache(maxsize=1)
def _words() -> SideWords:
    return msgspec.convert(read_toml(DATA / "words" / "sides.toml"), SideWords)


@lru_cache(maxsize=512)
def sides_said(told: str) -> Sides:
    """The sides that the words name where it hurts; both where they name both or several parts without a side."""
    sides: set[tuple[str, str]] = set()
    first = ""
    for clause in _clauses(_spelled_out(told)):
        tokens = plain(clause).split()
        if has(tokens, _words().fine) or has(tokens, _words().over):
            continue
        named = _named(tokens)
        sides |= named
        first = first or (clause.strip() if named else "")
    return Sides(frozenset(sides), first) if sides else Sides()


def _spelled_out(told: str) -> str:
    """Return the text with the chart's short forms of a side as words: 'R sh blade', '(L)', 'lado D'."""
    words = _words()
    for form, word in words.joined.items():
        told = re.sub(rf"\b{form}\b", word, told)
    told = re.sub("|".join(words.both_chart), words.both[0], told)
    for side, forms in words.chart.items():
        told = re.sub("|".join(forms), f"{words.surely[0]} {side}", told)
    return told


def _clauses(told: str) -> list[str]:
    told = re.sub(
        "|".join(rf"\b{phrase}\b" for phrase in _words().both_joined),
        _words().both[0],
        told,
        flags=re.IGNORECASE,
    )
    joins = "|".join(_words().joins)
    return [
        part for part in re.split(rf"[.;,!?\n()]|\b(?:{joins})\b", told, flags=re.IGNORECASE) if part.strip()
    ]


def _named(tokens: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The sides of a clause, each with its part of the body."""
    words = _words()
    if has(tokens, words.both) or set(tokens) & set(words.bodies):
        return BOTH
    if len(tokens) == 1:  # "hip pain, left"
        side = words.side_of(tokens[0])
        return frozenset({(side, "")}) if side else frozenset()
    found = {(side, _part_at(tokens, n)) for n in range(len(tokens)) if (side := _side_at(tokens, n))}
    return BOTH if found and has(tokens, words.more) else frozenset(found)


def _part_at(tokens: Sequence[str], n: int) -> str:
    """Return the part of the body next to the side at `n`: the following one, else the one before; '' for none."""
    known = {part for parts in _words().areas.values() for part in parts}
    for token in tokens[n + 1 : n + 5]:
        if token in known:
            return token
        if token not in _words().between:
            break
    return tokens[n - 1] if n and tokens[n - 1] in known else ""


def _side_at(tokens: Sequence[str], n: int) -> str:
    """Return the side of a token, if it is next to a part of the body or 'on the', and is not another word."""
    words, token = _words(), tokens[n]
    side = words.side_of(token) or words.letters.get(token, "")
    before, behind = " ".join(tokens[max(n - 3, 0) : n]), tokens[n + 1 : n + 5]
    if not side or f" {before}".endswith(tuple(f" {phrase}" for phrase in words.not_before)):
        return ""
    surely = f" {before}".endswith(tuple(f" {phrase}" for phrase in words.surely))
    if token in words.english and behind and behind[0] in words.not_behind and not surely:
        return ""
    if _meets_body(behind) or (n and tokens[n - 1] in words.body):
        return side
    alone = token not in words.letters and f" {before}".endswith(
        tuple(f" {phrase}" for phrase in words.before)
    )
    return side if alone else ""


def _meets_body(behind: Sequence[str]) -> bool:
    """Return whether a part of the body follows, with nothing but 'upper', 'low', ... in between."""
    for token in behind:
        if token in _words().body:
            return True
        if token not in _words().between:
            return False
    return False
