"""Which of the places in a text hurt, and on which side.

A place may be named for orientation, be fine, be another person's, or be implied by 'the right one'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from needlepoint.reasoning.text.matcher import TextSpan
from needlepoint.reasoning.text.persons import OTHER, OTHER_NOW, is_person
from needlepoint.reasoning.text.scope import reach_of
from needlepoint.reasoning.text.stems import little_words
from needlepoint.reasoning.words.implied import bound_side, implied_parts, without_implied
from needlepoint.reasoning.words.lexicon import ConceptMatch
from needlepoint.reasoning.words.refined import (
    faced,
    is_broad_of,
    part_before,
    part_of,
    part_of_whole,
    refined,
    told_part,
)
from needlepoint.reasoning.words.tokens import SENTENCE, STRONG, Token

__all__ = ["PlaceMention", "read_places"]

OVER_WITHIN = 8  # words after a place within which 'gone now' applies to it
SPOT_WITHIN = 8  # words between a narrow place and the broad name around it
SIDE_WITHIN = 6  # words around a place within which its side is searched
REFERENCE_WITHIN = 6  # words after a place within which another one only locates it
SOFT = ("doing", "past", OTHER_NOW)
_ONE_LETTER = {"l": "left", "r": "right"}


class PlaceMention(msgspec.Struct, frozen=True):
    """A place in a text, from token `first` up to `end`. `why_not`: why it does not hurt; '' when it does."""

    concept: str
    first: int
    end: int
    side: str
    why_not: str = ""


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """The words around places of both languages."""
    tables = [little_words(language).place for language in ("en", "es")]
    return {name: frozenset(word for table in tables for word in table[name]) for name in tables[0]}


def read_places(
    text: str, tokens: list[Token], found: Sequence[ConceptMatch], language: str | None
) -> list[PlaceMention]:
    """Return the places of `found` with side and whether they hurt, including those that 'the right one' implies."""
    words = [token.text.replace("'", "") for token in tokens]
    found = faced(found, words, _little())
    statements = _statements(tokens, words)
    reach = reach_of(tokens, statements, (), language or "en")
    sides = _sides(text, tokens, words)
    implied = implied_parts(found, words, tokens, sides, _words()["of"], _little())
    found = without_implied(found, implied)
    parts = [PlaceMention(part.concept, part.first, part.at + 1, sides.pop(part.at)) for part in implied]
    places: list[PlaceMention] = []
    kept: list[ConceptMatch] = []
    for match in found:
        last = match.end - 1
        why = _why_not(match, words, tokens, kept)
        if not why:
            kept.append(match)
        if not why and (reach.denied[match.first] or reach.denied[last]):
            why = "denied"
        if not why and reach.well[last]:
            why = "well"
        why = why or reach.other[match.first]
        if not why and _is_over(match, words, tokens):
            why = "past"
        if not why and (reach.long_ago[match.first] or _used_to(words, match.first)):
            why = "past"
        side = _side(match, sides, words, tokens)
        places += [PlaceMention(concept, match.first, match.end, side, why) for concept in match.concepts]
    places = _narrowed(sorted([*places, *parts], key=lambda place: place.first), words, tokens)
    meant = _meant(places, words, tokens, sides)
    meant += _second_sides(places, words, tokens, sides)
    return _fill_sides(places if meant else _soften(places), sides, words) + meant


def _little() -> frozenset[str]:
    """Articles, 'my', 'of' and the sides: the words between a part and its place."""
    around = _words()
    return around["joins"] | around["of"] | around["left"] | around["right"]


def _second_sides(
    places: list[PlaceMention], words: list[str], tokens: list[Token], sides: dict[int, str]
) -> list[PlaceMention]:
    """'Inner side of the left knee and outer side of the right': the same joint, with its part named at the side."""
    hurting = [place for place in places if not place.why_not]
    beside = {at for place in hurting for at in range(place.first - 3, place.end + 1)}
    found = []
    for at, side in sides.items():
        told = [place for place in hurting if place.end <= at and place.side in ("left", "right")]
        if at in beside or not told or side in (told[-1].side, "both"):
            continue
        behind = told_part(words, at + 1)
        part = behind[0] if behind else part_before(words, at, _little() - {words[at]})
        concept = part_of(told[-1].concept, part) if part else None
        if concept:
            found.append(PlaceMention(concept, at, at + 1, side))
    return found


def _narrowed(places: list[PlaceMention], words: list[str], tokens: list[Token]) -> list[PlaceMention]:
    """Return places narrowed by the part named after them, without broad names of the same spot."""
    taken = {at for place in places for at in range(place.first, place.end)}
    told: set[int] = set()  # the words of parts, which are no places of their own
    found: list[PlaceMention] = []
    for place in places:
        before = part_of_whole(place.concept, part_before(words, place.first, _little()))
        ends = taken | _other_sides(place.side, words)
        part = None if before else refined(place.concept, place.end, words, tokens, ends)
        told |= set(range(part.first, part.end)) if part else set()
        concept = before or (part.concept if part else place.concept)
        same = any(_same_spot(other, place, words, tokens) for other in places if other is not place)
        if not place.why_not and (same or place.first in told):
            found.append(msgspec.structs.replace(place, why_not="reference"))
        else:
            found.append(msgspec.structs.replace(place, concept=concept))
    return found


def _other_sides(side: str, words: list[str]) -> set[int]:
    """Return where the side opposite to `side` is named: a part behind it is of the other place."""
    other = {"left": "right", "right": "left"}.get(side)
    return {at for at, word in enumerate(words) if word in _words()[other]} if other else set()


def _same_spot(narrow: PlaceMention, broad: PlaceMention, words: list[str], tokens: list[Token]) -> bool:
    """Whether a broad name only says where a narrow place lies: 'shin splints in both legs', 'the finger, my thumb'."""
    if narrow.why_not or not is_broad_of(broad.concept, narrow.concept):
        return False
    first, second = (narrow, broad) if narrow.first < broad.first else (broad, narrow)
    if first.end > second.first:
        return False
    between = set(words[first.end : second.first])
    strong = any(tokens[at].gap >= STRONG for at in range(first.end, second.first + 1))
    return not strong and len(between) <= SPOT_WITHIN and not between & _words()["joins_parts"]


def _statements(tokens: list[Token], words: list[str]) -> list[TextSpan]:
    breaks = little_words("en").breaks | little_words("es").breaks
    found, start, clause = [], 0, 0
    clauses: list[int] = []
    for place in range(len(tokens) + 1):
        ends = place == len(tokens) or (
            place > start and (tokens[place].gap >= STRONG or words[place] in breaks)
        )
        if ends and place > start:
            found.append(TextSpan(start, tuple(words[start:place]), (), tuple(clauses)))
            start, clause, clauses = place, 0, []
        if place < len(tokens):
            clause += int(bool(clauses) and tokens[place].gap > 0)
            clauses.append(clause)
    return found


def _why_not(match: ConceptMatch, words: list[str], tokens: list[Token], kept: Sequence[ConceptMatch]) -> str:
    """Whether a place only locates another one, or is what is moved, or is not a place at all."""
    around = _words()
    before = words[max(0, match.first - 3) : match.first]
    near = _since_join(before)
    single = match.end - match.first == 1
    word = words[match.first]
    starts = match.first == 0 or tokens[match.first].gap > 0
    if single and word in around["side_words"] and _named_before(match, tokens, kept):
        return "adverb"
    if (
        single
        and word in around["part_words"]
        and set(words[match.end : match.end + 1]) & around["part_follows"]
    ):
        return "adverb"  # 'bottom tip of my shoulder blade'
    if single and is_person(words, match.first):
        return "adverb"
    if (
        kept
        and kept[-1].end == match.first
        and is_broad_of("+".join(match.concepts), "+".join(kept[-1].concepts))
    ):
        return "reference"
    if (
        single
        and word in around["adverb"]
        and not starts
        and before[-1] not in around["adverb_after"] | around["left"] | around["right"]
    ):
        behind = words[match.end] if match.end < len(words) else ""
        if behind not in around["hurting"]:
            return "adverb"
    if single and set(near[-2:]) & around["doing"]:
        return "doing"
    earlier = [
        other for other in kept if other.end <= match.first and match.first - other.end <= REFERENCE_WITHIN
    ]
    same = [
        other for other in earlier if all(tokens[at].gap < STRONG for at in range(other.end, match.first + 1))
    ]
    if same and single and (set(near) & around["relation"] or _is_part(match, words)):
        return "reference"
    if same and match.end < len(words) and words[match.end] in around["side_words"]:
        return "reference"  # 'inside of the forearm, palm side'
    return "reference" if single and _closes(match, same, words) else ""


def _since_join(words: list[str]) -> list[str]:
    """Return the words after the last 'and': what stands before it belongs to the place before."""
    joins = [at for at, word in enumerate(words) if word in _words()["and"]]
    return words[joins[-1] + 1 :] if joins else words


def _is_part(match: ConceptMatch, words: list[str]) -> bool:
    """'The back of my knee': right after 'of', but not 'pain of the neck', nor 'of the head and of the neck'."""
    around = _words()
    at = match.first - 1
    while at > 0 and words[at] in around["joins"] - around["of"] | around["left"] | around["right"]:
        at -= 1
    if at < 1 or words[at] not in around["of"]:
        return False
    if part_before(words, at, ()) and words[at - 2] in around["and"]:  # 'el hombro y adelante del brazo'
        return False
    return words[at - 1] not in around["pains"] | around["joins_parts"]


def _named_before(match: ConceptMatch, tokens: list[Token], kept: Sequence[ConceptMatch]) -> bool:
    """Whether a place is named earlier in the sentence: then 'both sides' are its sides."""
    return any(
        all(tokens[at].gap < SENTENCE for at in range(other.end, match.first + 1))
        for other in kept
        if other.end <= match.first
    )


def _closes(match: ConceptMatch, same: Sequence[ConceptMatch], words: list[str]) -> bool:
    """Whether a place only completes a longer one: 'where my strap sits on the right shoulder'."""
    around = _words()
    joins = around["joins"] | around["left"] | around["right"]
    for other in same:
        between = set(words[other.end : match.first])
        if other.end - other.first >= 3 and between <= joins and between & around["on"]:
            return True
    return False


def _is_over(match: ConceptMatch, words: list[str], tokens: list[Token]) -> bool:
    """'Numb cheek, gone after coffee': right after it, in the clause or the next."""
    behind = match.end
    while behind < len(words) and behind - match.end < OVER_WITHIN and tokens[behind].gap < STRONG:
        behind += 1
    return any(
        re.match(rf"(?:{pattern})\b", " ".join(words[at:behind]))
        for pattern in _words()["resolved"]
        for at in range(match.end, behind)
        if at == match.end or tokens[at].gap > 0
    )


def _used_to(words: list[str], first: int) -> bool:
    before = " ".join(words[max(0, first - 7) : first])
    return bool(re.search(r"\b(used to|antes me dolia|antes era|me dolia antes)\b", before))


def _sides(text: str, tokens: list[Token], words: list[str]) -> dict[int, str]:
    """Token -> left, right or both, where a word names a side."""
    around = _words()
    found: dict[int, str] = {}
    for place, word in enumerate(words):
        behind = words[place + 1] if place + 1 < len(words) else ""
        if word in around["left"]:
            found[place] = "left"
        elif word in around["right"] and (
            behind not in around["right_before"] or (place > 0 and words[place - 1] in around["the"])
        ):
            found[place] = "right"
        elif word in _ONE_LETTER and text[tokens[place].start] in "LR":
            found[place] = _ONE_LETTER[word]
        elif word in around["both"] or f"{word} {behind}" in around["both"]:
            found[place] = "both"
        elif word in around["opposite"] or (word in around["other"] and behind in around["side_words"]):
            last = [side for side in found.values() if side != "both"][-1:]
            found |= {place: "left" if last == ["right"] else "right"} if last else {}
    return found


def _side(match: ConceptMatch, sides: dict[int, str], words: list[str], tokens: list[Token]) -> str:
    """Return the nearest side to a place in its sentence; before it counts as nearer than after it."""
    bound = bound_side(match, sides, words, _words()["of"], _little())
    if bound:
        return bound
    best: tuple[float, str] | None = None
    for place in range(max(0, match.first - SIDE_WITHIN), min(len(words), match.end + SIDE_WITHIN)):
        if place not in sides:
            continue
        low, high = min(place, match.first), max(place, match.first)
        if any(tokens[at].gap >= STRONG for at in range(low + 1, high + 1)):
            continue
        commas = sum(tokens[at].gap > 0 for at in range(low + 1, high + 1))
        inside = match.first <= place < match.end
        apart = 0.0 if inside else match.first - place if place < match.first else place - match.end + 1.6
        if best is None or apart + 2 * commas < best[0]:
            best = (apart + 2 * commas, sides[place])
    return best[1] if best else "unspecified"


def _soften(places: list[PlaceMention]) -> list[PlaceMention]:
    """When nothing else hurts, a place that is moved, past or another person's who is ill now hurts after all."""
    if any(not place.why_not for place in places):
        return places
    return [
        msgspec.structs.replace(place, why_not="") if place.why_not in SOFT else place for place in places
    ]


def _fill_sides(places: list[PlaceMention], sides: dict[int, str], words: list[str]) -> list[PlaceMention]:
    """A place without a side takes the only one of the text, a plural both, else that of the place before."""
    named = {side for side in sides.values() if side != "both"}
    last = ""
    found = []
    for place in places:
        side = place.side
        if side == "unspecified":
            plural = any(word in _words()["plural"] for word in words[place.first : place.end])
            if not named and (plural or "both" in sides.values()):
                side = "both"
            elif len(named) == 1:
                side = next(iter(named))
            elif last and not place.why_not:
                side = last
        if side != "unspecified" and not place.why_not:
            last = side
        found.append(msgspec.structs.replace(place, side=side))
    return found


def _meant(
    places: list[PlaceMention], words: list[str], tokens: list[Token], sides: dict[int, str]
) -> list[PlaceMention]:
    """'Left shoulder doesn't hurt, right one does': the place again, on the side that follows without a place."""
    around = _words()
    beside = {at for place in places for at in range(place.first - 3, place.end + 1)}
    found = []
    for place in places:
        if place.why_not not in ("denied", "well", "past", OTHER, OTHER_NOW) or place.side not in (
            "left",
            "right",
        ):
            continue
        for at in range(place.end, len(words)):
            word, behind = words[at], words[at + 1] if at + 1 < len(words) else ""
            opposite = "left" if place.side == "right" else "right"
            named = sides.get(at) or (opposite if word in around["other"] else "")
            alone = at not in beside and behind not in around["alone_not"]
            if named == opposite and alone:
                found.append(msgspec.structs.replace(place, side=opposite, why_not="", first=at, end=at + 1))
                break
    return found
