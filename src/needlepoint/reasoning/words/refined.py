"""Broad names of places narrowed by the words near them: 'left forearm, on top', 'shin splints in both legs'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.words.tokens import SENTENCE, STRONG, Token

__all__ = ["is_broad_of", "refined"]

_DATA = Path(__file__).parents[1] / "data" / "words" / "refine.toml"
WITHIN = 3  # words after a place within which its part begins


class _Row(msgspec.Struct, frozen=True):
    """The regions of a broad name, and those of its parts."""

    of: list[str]
    top: list[str] = []
    front: list[str] = []
    back: list[str] = []
    inside: list[str] = []
    outside: list[str] = []
    holds: list[str] = []


class _Table(msgspec.Struct, frozen=True):
    parts: dict[str, list[str]]
    refine: list[_Row]
    broad: list[_Row]


@lru_cache(maxsize=1)
def _table() -> _Table:
    return msgspec.convert(read_toml(_DATA), _Table)


@lru_cache(maxsize=1)
def _parts() -> list[tuple[tuple[str, ...], str]]:
    """(words, part), the longest first."""
    found = [(tuple(words.split()), part) for part, told in _table().parts.items() for words in told]
    return sorted(found, key=lambda row: -len(row[0]))


@lru_cache(maxsize=1)
def _rows() -> Mapping[frozenset[str], _Row]:
    return {frozenset(row.of): row for row in _table().refine}


@lru_cache(maxsize=1)
def _holds() -> Mapping[frozenset[str], frozenset[str]]:
    return {frozenset(row.of): frozenset(row.holds) for row in _table().broad}


def refined(concept: str, end: int, words: Sequence[str], tokens: Sequence[Token], taken: set[int]) -> str:
    """Return the concept of a place that ends before `end`, narrowed by the part named after it; else unchanged.

    `taken` are the words of places: the search for a part stops at the next place.
    """
    row = _rows().get(frozenset(concept.split("+")))
    if row is None:
        return concept
    for at in range(end, min(len(words), end + WITHIN + 1)):
        if at in taken or tokens[at].gap in (STRONG, SENTENCE):
            break
        part = next((part for told, part in _parts() if tuple(words[at : at + len(told)]) == told), None)
        if part is not None:
            return "+".join(getattr(row, part)) or concept
    return concept


def is_broad_of(concept: str, narrow: str) -> bool:
    """Whether one place is a broad name around another: 'leg' around 'shin'."""
    return (
        set(narrow.split("+")) <= _holds().get(frozenset(concept.split("+")), frozenset())
        and concept != narrow
    )
