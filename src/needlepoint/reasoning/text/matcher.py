"""Which wordings of the corpus a text contains: their words near each other in one statement, or all in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from needlepoint.reasoning.text.index import PARTS_FROM, Index, Phrase
from needlepoint.reasoning.text.spelling import mend
from needlepoint.reasoning.text.stems import NEG, little_words, stem
from needlepoint.reasoning.words.tokens import STRONG, Token

__all__ = ["FULL", "Hit", "TextSpan", "hits_in", "read_statements"]

FULL = 0.8  # share of a wording's weight from which it counts as stated
HALF = 0.79  # most that part of a wording counts when its concept warns on its own
SLACK = 6  # extra words over which the parts of a wording may be spread
SLACK_MASK = 2  # the same for a mask
SLACK_STRICT = 4  # the same for a concept that warns on its own
NEG_NEAR = 3  # words between a denial that belongs to a wording and its next word


class TextSpan(msgspec.Struct, frozen=True):
    """A stretch of text between strong borders: its words as compared, and the index of the first among all tokens."""

    first: int
    words: tuple[str, ...]  # as written, with spelling corrected
    stems: tuple[str, ...]
    clause: tuple[int, ...]  # clause number of each word; commas separate clauses

    @property
    def where(self) -> dict[str, list[int]]:
        """Stem -> the positions where it occurs."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.stems):
            found[word].append(place)
        return found


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A wording that a text contains by `share` of its weight, from token `first` up to, not including, `end`."""

    concept: str
    share: float
    first: int
    end: int
    weight: float
    denies: bool  # the wording itself contains a denial
    denied_besides: bool = False  # its last word is under a denial that is not its own


def read_statements(tokens: list[Token], index: Index, language: str) -> list[TextSpan]:
    """Return the statements of a text, with misspelled words corrected toward the words of the corpus."""
    breaks = little_words(language).breaks
    found: list[TextSpan] = []
    start = 0
    for place in range(1, len(tokens) + 1):
        if place == len(tokens) or tokens[place].gap >= STRONG or tokens[place].text in breaks:
            found.append(_statement(tokens, start, place, index, language))
            start = place
    return found if tokens else []


def _statement(tokens: list[Token], first: int, end: int, index: Index, language: str) -> TextSpan:
    words = tuple(mend(tokens[place].text.replace("'", ""), index, language) for place in range(first, end))
    clause, clauses = 0, []
    for place in range(first, end):
        clause += int(place > first and tokens[place].gap > 0)
        clauses.append(clause)
    return TextSpan(first, words, tuple(stem(word, language) for word in words), tuple(clauses))


def hits_in(statements: list[TextSpan], index: Index, least: float = FULL) -> list[Hit]:
    """Return every wording that the statements contain by at least `least` of its weight (LEAST_PART to 1)."""
    found: list[Hit] = []
    for statement in statements:
        where = statement.where
        numbers = set().union(*(index.places[word] for word in where if word in index.places))
        for phrase in _reached(numbers, where, index, least):
            span = _span(phrase, statement, where, index, least)
            if span is not None:
                share, first, last = span
                start = statement.first
                found.append(
                    Hit(
                        concept=index.concepts[phrase.concept],
                        share=share,
                        first=start + first,
                        end=start + last + 1,
                        weight=phrase.weight,
                        denies=NEG in phrase.stems,
                        denied_besides=_denied_besides(phrase, statement, first, last),
                    )
                )
    return found


def _reached(
    numbers: Iterable[int], where: Mapping[str, object], index: Index, least: float
) -> Iterator[Phrase]:
    """Yield the wordings that enough words of a statement belong to. Most do not, so this is most of the work."""
    phrases, weight, share = index.phrases, index.weight, 1.0 - min(least, 1.0)
    for number in numbers:
        phrase = phrases[number]
        spare = phrase.weight * share + 1e-6
        if phrase.literal or phrase.exact:
            yield phrase
            continue
        for word in phrase.stems:
            if word not in where:
                spare -= weight[word]
                if spare < 0 or word == NEG:
                    break
        else:
            yield phrase


def _denied_besides(phrase: Phrase, statement: TextSpan, first: int, last: int) -> bool:
    """Whether a wording with a denial ends under another one: 'cannot turn my neck, no accident'."""
    own = phrase.words.count(NEG)
    if not own:
        return False
    denials = [place for place in range(first, last + 1) if statement.stems[place] == NEG]
    if len(denials) <= own or not 0 < last - denials[-1] <= NEG_NEAR:
        return False
    clause = statement.clause
    return clause[denials[0]] != clause[denials[-1]] == clause[last]


def _span(
    phrase: Phrase, statement: TextSpan, where: dict[str, list[int]], index: Index, least: float
) -> tuple[float, int, int] | None:
    """(share, first word, last word) of a wording in a statement; None when it does not occur."""
    if phrase.literal:
        return _literal(phrase, statement, where)
    if phrase.exact:
        return _in_order(phrase, statement)
    return _parts(phrase, statement, where, index, least)


def _in_order(phrase: Phrase, statement: TextSpan) -> tuple[float, int, int] | None:
    """Return where the words of a mask occur in order, with few others between."""
    for first, word in enumerate(statement.words):
        if word != phrase.exact[0]:
            continue
        at, limit = first, first + len(phrase.words) + SLACK_MASK
        for wanted in phrase.exact[1:]:
            at = next((p for p in range(at + 1, len(statement.words)) if statement.words[p] == wanted), limit)
            if at >= limit or statement.clause[at] != statement.clause[first]:
                break
        else:
            return 1.0, first, at
    return None


def _literal(
    phrase: Phrase, statement: TextSpan, where: dict[str, list[int]]
) -> tuple[float, int, int] | None:
    """Return where every word of a short wording occurs in order, without a gap."""
    length = len(phrase.words)
    for first in where.get(phrase.words[0], ()):
        if statement.stems[first : first + length] == phrase.words and (
            not phrase.exact or statement.words[first : first + length] == phrase.exact
        ):
            return 1.0, first, first + length - 1
    return None


def _parts(
    phrase: Phrase, statement: TextSpan, where: dict[str, list[int]], index: Index, least: float
) -> tuple[float, int, int] | None:
    """Return the shortest stretch that contains enough of a wording."""
    by_part = len(phrase.stems) >= PARTS_FROM and (least < FULL or not phrase.strict)
    need = (least if by_part else 1.0) * phrase.weight - 1e-6
    met = [word for word in phrase.stems if word in where]
    if sum(index.weight[word] for word in met) < need:
        return None
    places = sorted((place, word) for word in met for place in where[word])
    reach = len(phrase.words) + (SLACK_STRICT if phrase.strict or len(phrase.stems) == 2 else SLACK)
    best: tuple[float, int, int] | None = None
    for number, (start, _) in enumerate(places):
        got: dict[str, int] = {}
        for place, word in places[number:]:
            if place - start >= reach:
                break
            got.setdefault(word, place)
        weight = sum(index.weight[word] for word in got)
        if weight < need or not _fits(phrase, got, statement):
            continue
        span = (_share(phrase, weight), start, max(got.values()))
        if best is None or (span[0], span[1] - span[2]) > (best[0], best[1] - best[2]):
            best = span
    return best


def _share(phrase: Phrase, weight: float) -> float:
    """Return the share of a wording that matched. What warns on its own is stated in full or only half."""
    share = weight / phrase.weight
    whole = phrase.strict or len(phrase.stems) <= PARTS_FROM
    return share if share > 1.0 - 1e-6 or not whole else min(share, HALF)


def _fits(phrase: Phrase, got: dict[str, int], statement: TextSpan) -> bool:
    """Two words must share a clause; a denial in the wording must be near, before, and in the same clause."""
    others = [place for word, place in got.items() if word != NEG]
    order = [got[word] for word in phrase.stems if word in got]
    if (phrase.strict or len(phrase.stems) <= 2) and order != sorted(order):
        return False
    if NEG not in phrase.stems:
        return len(phrase.stems) > 2 or len({statement.clause[place] for place in others}) == 1
    if NEG not in got or not others:
        return False
    denial = got[NEG]
    if phrase.stems[-1] != NEG and denial > (min(others) if phrase.stems[0] == NEG else max(others)):
        return False
    near = min(abs(denial - place) for place in others) <= NEG_NEAR
    return near and statement.clause[denial] == statement.clause[min(others, key=lambda p: abs(p - denial))]
