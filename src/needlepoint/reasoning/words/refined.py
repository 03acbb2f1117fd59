"""Broad names of places narrowed by the words near them: 'left forearm, on top', 'shin splints in both legs'."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.words.denial import AND
from needlepoint.reasoning.words.lexicon import ConceptMatch
from needlepoint.reasoning.words.tokens import SENTENCE, STRONG, Token

__all__ = [
    "faced",
    "is_broad_of",
    "moved_places",
    "part_before",
    "part_ending",
    "part_of",
    "part_of_whole",
    "refined",
    "told_part",
]

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
    before: dict[str, list[str]]
    alone: dict[str, list[str]]
    faces: dict[str, str]
    moved: dict[str, str]
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


class Part(NamedTuple):
    """A named part of a place: its regions, and its words."""

    concept: str
    first: int
    end: int


def refined(
    concept: str, end: int, words: Sequence[str], tokens: Sequence[Token], taken: set[int]
) -> Part | None:
    """Return the part of a place that is named after it; None without one.

    `taken` are the words of places: the search for a part stops at the next place.
    """
    if frozenset(concept.split("+")) not in _rows():
        return None
    for at in range(end, min(len(words), end + WITHIN + 1)):
        if at in taken or tokens[at].gap in (STRONG, SENTENCE) or words[at] in AND:
            break
        told = told_part(words, at)
        if told is not None:
            part, stop = told
            return Part(part_of(concept, part) or concept, at, stop)
    return None


def told_part(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """Return the name of the part that begins at `at`, and where its words end."""
    return next(
        ((part, at + len(told)) for told, part in _parts() if tuple(words[at : at + len(told)]) == told), None
    )


def part_before(words: Sequence[str], at: int, little: Collection[str]) -> str | None:
    """The name of the part whose words end before `at`, with little words between: 'outer side of the'."""
    while at > 0 and words[at - 1] in little:
        at -= 1
    for part, rows in _table().before.items():
        for told in (tuple(row.split()) for row in rows):
            if at >= len(told) and tuple(words[at - len(told) : at]) == told:
                return part
    return None


def part_ending(words: Sequence[str], end: int) -> tuple[str, int] | None:
    """Return the name of the part whose words end at `end`, and where they begin, the longest first."""
    table = _table()
    rows = [
        (part, row.split())
        for named in (table.parts, table.before, table.alone)
        for part, told in named.items()
        for row in told
    ]
    fitting = [(len(told), part) for part, told in rows if list(words[max(0, end - len(told)) : end]) == told]
    if not fitting:
        return None
    length, part = max(fitting)
    return part, end - length


def part_of_whole(concept: str, part: str | None) -> str | None:
    """The regions of a part of a place that names the whole."""
    whole = frozenset(concept.split("+")) in _rows()
    return part_of(concept, part) if whole and part else None


def part_of(concept: str, part: str) -> str | None:
    """The regions of a part of a place, also where the place itself is named as another part of the whole."""
    named = frozenset(concept.split("+"))
    row = _row_of(named)
    return "+".join(getattr(row, part)) if row is not None and getattr(row, part) else None


def _row_of(named: frozenset[str]) -> _Row | None:
    return _rows().get(named) or next((row for row in _table().refine if named in _parts_of(row)), None)


def _parts_of(row: _Row) -> list[frozenset[str]]:
    return [frozenset(found) for found in (row.top, row.front, row.back, row.inside, row.outside) if found]


def faced(found: Sequence[ConceptMatch], words: Sequence[str], little: Collection[str]) -> list[ConceptMatch]:
    """'La cara interna del antebrazo', 'el frente del tobillo': here a surface, not the face or the forehead."""
    kept: list[ConceptMatch] = []
    for number, match in enumerate(found):
        behind = found[number + 1] if number + 1 < len(found) else None
        if behind is not None and _is_face_of(match, behind, words, little):
            continue
        face = found[number - 1] if number else None
        if face is not None and _is_face_of(face, match, words, little):
            told = [words[face.first], *words[face.end : match.first]]
            part = next((_table().faces[word] for word in reversed(told) if _table().faces.get(word)), "")
            concept = part_of("+".join(match.concepts), part) if part else None
            match = ConceptMatch(face.first, match.end, (concept,)) if concept else match
        kept.append(match)
    return kept


def _is_face_of(
    face: ConceptMatch, behind: ConceptMatch, words: Sequence[str], little: Collection[str]
) -> bool:
    """Return whether a word that may name a surface is before the place that it belongs to."""
    between = words[face.end : behind.first]
    return (
        face.end - face.first == 1
        and words[face.first] in _table().faces
        and 0 < len(between) <= WITHIN + 2
        and bool({"de", "del"} & set(between))
        and all(word in little or word in _table().faces for word in between)
        and _row_of(frozenset("+".join(behind.concepts).split("+"))) is not None
    )


def moved_places(features: Sequence[str]) -> list[str]:
    """The places that a movement involves, for a text that names a place only in a movement: 'cannot turn my neck'."""
    return list(dict.fromkeys(_table().moved[name] for name in features if name in _table().moved))


def is_broad_of(concept: str, narrow: str) -> bool:
    """Whether one place is a broad name around another: 'leg' around 'shin'."""
    return (
        set(narrow.split("+")) <= _holds().get(frozenset(concept.split("+")), frozenset())
        and concept != narrow
    )
