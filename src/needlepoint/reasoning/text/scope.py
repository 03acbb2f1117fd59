"""Whether a wording is about the patient at present: not denied, not fine, not long ago, not about another person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from needlepoint.reasoning.text.matcher import FULL, Hit, TextSpan
from needlepoint.reasoning.text.persons import speaks_of_self, whose
from needlepoint.reasoning.text.stems import little_words
from needlepoint.reasoning.words.lexicon import ConceptMatch
from needlepoint.reasoning.words.negation import said_of
from needlepoint.reasoning.words.tokens import Token

__all__ = ["Reach", "of_own_body", "reach_of", "says_a_bit"]

NEAR_WORDS = 8  # words around a wording within which 'years ago' applies to it
OVER_WITHIN = 16  # words between a sign of the past and 'over it now'
ALONE_WITH = 2  # further words of a clause that still says nothing but a time: 'that was years ago'


class Reach(msgspec.Struct, frozen=True):
    """For each token of a text: denied, reported as fine, as years or months ago, and about whom."""

    denied: list[bool]
    well: list[bool]
    long_ago: list[bool]
    months_ago: list[bool]
    over: list[bool]  # told as over: what passes by itself, as a fever, does not count
    other: list[str]  # '', or why it is not about the patient: `persons.OTHER` or `persons.OTHER_NOW`

    def why_not(self, hit: Hit) -> str | None:
        """Return why a wording does not count for the patient today; None when it does."""
        first, last = hit.first, hit.end - 1
        if self.denied[first] or hit.denied_besides or (not hit.denies and self.denied[last]):
            return "denied"
        if not hit.denies and self.well[last]:
            return "well"
        if self.long_ago[first] or self.long_ago[last]:
            return "long_ago"
        if self.other[first]:
            return self.other[first]
        if self.months_ago[first] or self.months_ago[last]:
            return "months_ago_over" if self.over[first] else "months_ago"
        return "over" if self.over[first] else None


def reach_of(
    tokens: list[Token], statements: Sequence[TextSpan], hits: Sequence[Hit], language: str
) -> Reach:
    """Return how far denials, times and persons reach over the tokens. Denials inside a wording belong to it."""
    found = [
        ConceptMatch(hit.first, hit.end, (hit.concept,))
        for hit in hits
        if hit.denies and hit.share >= FULL and not hit.denied_besides
    ]
    denied = said_of(tokens, found, language).negated
    size = len(tokens)
    well, long_ago, months_ago, over = ([False] * size for _ in range(4))
    reach = Reach(denied, well, long_ago, months_ago, over, [""] * size)
    writer = speaks_of_self(statements)
    for statement in statements:
        _mark_well(statement, reach.well)
        _mark_around(statement, _speech().long_ago, reach.long_ago)
        _mark_around(statement, _speech().months_ago, reach.months_ago)
        _mark_over(statement, reach.over)
        _mark_not_when(statement, denied)
        for place, person in whose(statement.words, writer):
            reach.other[statement.first + place] = person
    return reach


class _Speech(msgspec.Struct, frozen=True):
    """The words of both languages for time and person: short texts do not reveal their language."""

    long_ago: re.Pattern[str]
    months_ago: re.Pattern[str]
    over: re.Pattern[str]
    past_sign: re.Pattern[str]
    weeks_past: re.Pattern[str]
    recent_sign: re.Pattern[str]
    not_when: re.Pattern[str]
    well: re.Pattern[str]
    own_body: re.Pattern[str]
    a_bit: re.Pattern[str]


@lru_cache(maxsize=1)
def _speech() -> _Speech:
    tables = [little_words(language).speech for language in ("en", "es")]
    return _Speech(**{name: _any_of(tables, name) for name in _Speech.__struct_fields__})


def of_own_body(hit: Hit, statements: Sequence[TextSpan]) -> bool:
    """Whether someone holds their own body part in a wording: 'my husband holds his neck' is not violence."""
    return any(
        hit.first <= statement.first + last and statement.first + first < hit.end
        for statement in statements
        for first, last in _spans(statement, _speech().own_body)
    )


def says_a_bit(text: str) -> bool:
    """Whether folded words contain 'kind of', 'a little' and the like."""
    return bool(_speech().a_bit.search(text))


def _any_of(tables: Sequence[Mapping[str, list[str]]], name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(pattern for table in tables for pattern in table[name])})\b")


def _spans(statement: TextSpan, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """(first, last) word of each place where a pattern occurs in a statement."""
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


def _mark_well(statement: TextSpan, flags: list[bool]) -> None:
    """'My bladder is fine': applies to what is right before, in the same clause."""
    for first, _ in _spans(statement, _speech().well):
        place = first - 1
        while place >= 0 and first - place <= 6 and statement.clause[place] == statement.clause[first]:
            flags[statement.first + place] = True
            place -= 1


def _mark_over(statement: TextSpan, flags: list[bool]) -> None:
    """'Had a fever in May, over it now': what was past before it is over, unless something recent is told too."""
    speech = _speech()
    if speech.recent_sign.search(" ".join(statement.words)):
        return
    past = _spans(statement, speech.past_sign)
    ends = [first for first, _ in _spans(statement, speech.over)]
    for first, _ in past:
        end = next((at for at in ends if first < at <= first + OVER_WITHIN), None)
        if end is not None:
            _mark(statement, _clause_start(statement, first), end, flags)
    for first, _ in _spans(statement, speech.weeks_past):
        if any(statement.clause[at] == statement.clause[first] for at, _ in past):
            _mark(statement, _clause_start(statement, first), first, flags)


def _clause_start(statement: TextSpan, place: int) -> int:
    return statement.clause.index(statement.clause[place])


def _mark(statement: TextSpan, first: int, end: int, flags: list[bool]) -> None:
    flags[statement.first + first : statement.first + end] = [True] * (end - first)


def _mark_not_when(statement: TextSpan, flags: list[bool]) -> None:
    """'Not when I climb stairs': applies to the words after it, up to the end of the clause."""
    for first, _ in _spans(statement, _speech().not_when):
        for place in range(first, min(len(statement.words), first + NEAR_WORDS)):
            if statement.clause[place] != statement.clause[first]:
                break
            flags[statement.first + place] = True


def _mark_around(statement: TextSpan, pattern: re.Pattern[str], flags: list[bool]) -> None:
    """A time applies to what is near it in its clause, and in the clauses beside when it is all that its own says."""
    for first, last in _spans(statement, pattern):
        said = sum(statement.clause[first] <= clause <= statement.clause[last] for clause in statement.clause)
        beside = int(said - (last - first + 1) <= ALONE_WITH)
        for place in range(max(0, first - NEAR_WORDS), min(len(statement.words), last + NEAR_WORDS + 1)):
            if abs(statement.clause[place] - statement.clause[first]) <= beside:
                flags[statement.first + place] = True
