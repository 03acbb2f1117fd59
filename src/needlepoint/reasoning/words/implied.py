"""A place that is named by its part and its side alone: 'front of the right shoulder and the back of the left'."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from needlepoint.reasoning.words.lexicon import ConceptMatch
from needlepoint.reasoning.words.refined import part_ending, part_of
from needlepoint.reasoning.words.tokens import NONE, STRONG, Token

__all__ = ["ImpliedPart", "bound_side", "implied_parts", "without_implied"]

JOINS = 3  # most words between a place and the side that belongs to it: 'of the', 'de la'


class ImpliedPart(NamedTuple):
    """The regions of a part whose place was named before; its words, and the position of its side."""

    concept: str
    first: int
    at: int


def bound_side(
    match: ConceptMatch,
    sides: Mapping[int, str],
    words: Sequence[str],
    of: Collection[str],
    little: Collection[str],
) -> str | None:
    """Return the side of a place by 'of' right behind it: 'thumb of the right', 'meñique de la derecha'."""
    at = match.end
    if at >= len(words) or words[at] not in of:
        return None
    while at < min(len(words), match.end + JOINS) and words[at] in little and at not in sides:
        at += 1
    return sides.get(at)


def implied_parts(
    found: Sequence[ConceptMatch],
    words: Sequence[str],
    tokens: Sequence[Token],
    sides: Mapping[int, str],
    of: Collection[str],
    little: Collection[str],
) -> list[ImpliedPart]:
    """Return the parts that a side names without their place, which was named before."""
    named = {at for match in found for at in range(match.first - 1, match.end)}
    parts = []
    for at in sides:
        start = _before_of(at, words, tokens, of, little)
        told = None if start is None or at in named else part_ending(words, start)
        if told is None:
            continue
        part, first = told
        place = _place_before(found, first, tokens)
        concept = part_of("+".join(place.concepts), part) if place else None
        if concept:
            parts.append(ImpliedPart(concept, first, at))
    return parts


def without_implied(found: Sequence[ConceptMatch], parts: Sequence[ImpliedPart]) -> list[ConceptMatch]:
    """Return the places without the words of implied parts: 'the back of the left' is no low back."""
    return [
        match
        for match in found
        if not any(
            part.first <= match.first <= part.at or match.first <= part.first < match.end for part in parts
        )
    ]


def _before_of(
    at: int, words: Sequence[str], tokens: Sequence[Token], of: Collection[str], little: Collection[str]
) -> int | None:
    """Return where the 'of' before a side stands; None without one."""
    place = at - 1
    while place > max(0, at - JOINS) and words[place] in little and words[place] not in of:
        place -= 1
    fits = place > 0 and words[place] in of and tokens[place].gap == NONE
    return place if fits else None


def _place_before(found: Sequence[ConceptMatch], first: int, tokens: Sequence[Token]) -> ConceptMatch | None:
    """Return the last place before a part, in the same statement."""
    earlier = [match for match in found if match.end <= first]
    if not earlier or any(tokens[at].gap >= STRONG for at in range(earlier[-1].end, first + 1)):
        return None
    return earlier[-1]
