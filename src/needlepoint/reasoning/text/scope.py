"""Whether a wording is said of the patient and of now: not denied, not fine, not long ago, not of somebody else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec

from needlepoint.reasoning.text.matcher import Hit, Statement
from needlepoint.reasoning.text.stems import little_words
from needlepoint.reasoning.words.lexicon import Match
from needlepoint.reasoning.words.negation import said_of
from needlepoint.reasoning.words.tokens import Token

_LISTS = ("kin", "self", "spoke", "had", "theirs")
__all__ = ["Reach", "reach_of"]

NEAR_WORDS = 8  # words around a wording in which 'years ago' belongs to it
KIN_WITHIN = 7  # words before a wording in which its person is looked for


class Reach(msgspec.Struct, frozen=True):
    """For each token of a text: denied, told as fine, told as years or months ago, told of another person."""

    denied: list[bool]
    well: list[bool]
    long_ago: list[bool]
    months_ago: list[bool]
    other: list[bool]

    def why_not(self, hit: Hit) -> str | None:
        """Why a wording does not count of the patient today; None when it does."""
        first, last = hit.first, hit.end - 1
        if self.denied[first] or (not hit.denies and self.denied[last]):
            return "denied"
        if not hit.denies and self.well[last]:
            return "well"
        if self.long_ago[first] or self.long_ago[last]:
            return "long_ago"
        if self.other[first]:
            return "other"
        return "months_ago" if self.months_ago[first] or self.months_ago[last] else None


def reach_of(
    tokens: list[Token], statements: Sequence[Statement], hits: Sequence[Hit], language: str
) -> Reach:
    """How denials, times and persons reach over the tokens. Denials inside a wording belong to it."""
    found = [Match(hit.first, hit.end, (hit.concept,)) for hit in hits if hit.denies]
    denied = said_of(tokens, found, language).negated
    size = len(tokens)
    reach = Reach(denied, *([False] * size for _ in range(4)))
    writer = _speaks_of_self(statements)
    for statement in statements:
        _mark_well(statement, reach.well)
        _mark_around(statement, _speech().long_ago, reach.long_ago)
        _mark_around(statement, _speech().months_ago, reach.months_ago)
        _mark_not_when(statement, denied)
        _mark_other(statement, reach.other, writer)
    return reach


class _Speech(msgspec.Struct, frozen=True):
    """The words of both languages that tell time and person: short texts do not say which language they are in."""

    long_ago: re.Pattern[str]
    months_ago: re.Pattern[str]
    not_when: re.Pattern[str]
    well: re.Pattern[str]
    words: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def _speech() -> _Speech:
    tables = [little_words(language).speech for language in ("en", "es")]
    patterns = {name: _any_of(tables, name) for name in ("long_ago", "months_ago", "not_when", "well")}
    words = {name: frozenset(word for table in tables for word in table[name]) for name in _LISTS}
    return _Speech(words=words, **patterns)


def _any_of(tables: Sequence[Mapping[str, list[str]]], name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(pattern for table in tables for pattern in table[name])})\b")


def _spans(statement: Statement, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """(first, last) word of each place where a pattern stands in a statement."""
    starts, at = {}, 0
    for place, word in enumerate(statement.words):
        starts[at] = place
        at += len(word) + 1
    text = " ".join(statement.words)
    found = []
    for match in pattern.finditer(text):
        if match.start() in starts and match.group().strip():
            found.append((starts[match.start()], starts[match.start()] + len(match.group().split()) - 1))
    return found


def _mark_well(statement: Statement, flags: list[bool]) -> None:
    """'My bladder is fine': what stands right before, in the same clause."""
    for first, _ in _spans(statement, _speech().well):
        place = first - 1
        while place >= 0 and first - place <= 6 and statement.clause[place] == statement.clause[first]:
            flags[statement.first + place] = True
            place -= 1


def _mark_not_when(statement: Statement, flags: list[bool]) -> None:
    """'Not when I climb stairs': the words behind, up to the end of the clause."""
    for first, _ in _spans(statement, _speech().not_when):
        for place in range(first, min(len(statement.words), first + NEAR_WORDS)):
            if statement.clause[place] != statement.clause[first]:
                break
            flags[statement.first + place] = True


def _mark_around(statement: Statement, pattern: re.Pattern[str], flags: list[bool]) -> None:
    """What stands near a time, in its clause or the next."""
    for first, last in _spans(statement, pattern):
        for place in range(max(0, first - NEAR_WORDS), min(len(statement.words), last + NEAR_WORDS + 1)):
            if abs(statement.clause[place] - statement.clause[first]) <= 1:
                flags[statement.first + place] = True


def _speaks_of_self(statements: Sequence[Statement]) -> bool:
    """Whether the writer tells of themself at all; a parent who writes for a child does not."""
    own, kin = _speech().words["self"], _speech().words["kin"]
    words = [word for statement in statements for word in statement.words]
    mine = any(a in ("my", "mi") and b not in kin for a, b in pairwise(words))
    return mine or bool(own & set(words))


def _mark_other(statement: Statement, flags: list[bool], writer: bool) -> None:
    """What follows 'my mother', up to where the writer speaks of themself again.

    Where nobody speaks of themself, a parent may write for a child: then only 'his mother' and 'my mother had'
    are somebody else.
    """
    kin, own, spoke, had, theirs = (_speech().words[name] for name in _LISTS)
    for place, word in enumerate(statement.words):
        if word not in kin:
            continue
        around = statement.words[max(0, place - 1) : place], statement.words[place + 1 : place + 2]
        if not (writer or theirs & set(around[0]) or had & set(around[1])):
            continue
        for behind in range(place, min(len(statement.words), place + KIN_WITHIN + 6)):
            here = statement.words[behind]
            if behind > place and (here in own or here in spoke):
                break
            flags[statement.first + behind] = True
