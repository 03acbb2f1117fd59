"""How far a denial reaches: over a list of signs, or over the one thing that a person lacks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from needlepoint.reasoning.words.language import cue_table
from needlepoint.reasoning.words.tokens import COMMA, NONE, STRONG, Token

__all__ = ["AND", "LONGEST", "OPENS", "OR", "SHORT", "denied_until"]

AND = frozenset({"and", "y", "e", "plus", "&"})
OR = frozenset({"or", "nor", "o", "u", "ni"})
LONGEST = 30  # words; a negation that would reach further is ignored
SHORT = 3  # words of a bare item in a list
OPENS = frozenset({"affirm", "end"})
_PAIN_WITHIN = 3  # words after 'del' or 'from' within which the pain is named

Roles = Sequence[frozenset[str]]


class _Words(NamedTuple):
    """The tables of `[denial]` in cues.toml."""

    signs: frozenset[str]
    beginnings: tuple[str, ...]
    lacks: frozenset[str]
    fill: frozenset[str]
    causes: frozenset[str]
    equal: frozenset[str]
    articles: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    table = cue_table().denial
    return _Words(
        signs=frozenset(word for word in table.signs if not word.endswith("*")),
        beginnings=tuple(word[:-1] for word in table.signs if word.endswith("*")),
        lacks=frozenset(table.lacks),
        fill=frozenset(table.fill),
        causes=frozenset(table.causes),
        equal=frozenset(table.equal),
        articles=frozenset(table.pain_articles),
    )


@lru_cache(maxsize=20_000)
def _is_sign(word: str) -> bool:
    return word in _words().signs or word.startswith(_words().beginnings)


class _Item(NamedTuple):
    """One item of what a denial may apply to: its words, and whether any of them is a sign."""

    first: int
    end: int
    sign: bool


def denied_until(start: int, tokens: list[Token], roles: Roles, limit: int, *, lists: bool) -> int:
    """Return where the denial that opens at `start` ends. `lists`: it may go on over 'and'."""
    limit = min(limit, start + LONGEST, _border(start, tokens, roles, limit))
    if start >= limit or tokens[start].gap == COMMA:  # 'No, the pain is in the arm'
        return start
    lack = _lacked(start, tokens, limit)
    item = _Item(start, lack, False) if lack else _item(start, tokens, roles, limit)
    alone, closed = bool(lack), False
    while item.end < limit:
        text, gap = tokens[item.end].text, tokens[item.end].gap
        behind = _item(item.end + int(text in OR | AND), tokens, roles, limit)
        if text in AND:
            goes_on = lists and item.sign and _is_bare(behind, tokens, roles)
        elif text not in OR:
            goes_on = gap == COMMA and not (closed or alone) and _goes_on(item, tokens, roles, limit)
        else:
            goes_on = True
        if not goes_on:
            break
        alone, closed, item = False, closed or text in OR | AND, behind
    return item.end


def _border(start: int, tokens: list[Token], roles: Roles, limit: int) -> int:
    """Return where the statement ends: at a strong mark, or at 'but' and the like."""
    for place in range(start, limit):
        first = place == start
        if tokens[place].gap >= STRONG and not (first and ":" in tokens[place].mark):
            return place
        if "end" in roles[place] and not first:
            return place
    return limit


def _item(start: int, tokens: list[Token], roles: Roles, limit: int) -> _Item:
    """Return the item that begins at `start`, up to the next comma, 'and' or 'or', or to what it is the effect of."""
    sign, place = False, start
    while place < limit:
        text = tokens[place].text
        inside = place > start
        if text in OR | AND or (inside and tokens[place].gap == COMMA):
            break
        if inside and not sign and _is_cause(place, start, tokens, roles, limit):
            break
        sign = sign or _is_sign(text)
        place += 1
    return _Item(start, place, sign)


def _is_cause(place: int, start: int, tokens: list[Token], roles: Roles, limit: int) -> bool:
    """'No duermo por el dolor', 'ni caminar el dolor de rodilla': what follows is the reason, and is not denied."""
    words, before, text = _words(), tokens[place - 1].text, tokens[place].text
    if before in words.equal:
        return False
    if text in words.causes:
        return True
    pain = any("pain" in roles[at] for at in range(place, min(limit, place + _PAIN_WITHIN)))
    return pain and text in words.articles and tokens[start].text.endswith(("ar", "er", "ir", "me", "se"))


def _lacked(start: int, tokens: list[Token], limit: int) -> int:
    """Return where the words of what a person lacks end ('no SLEEP', 'sin ganas de COMER'); 0 when it is none.

    A sign that ends the item belongs to it: 'no sleep problems'.
    """
    words, end, place = _words(), 0, start
    while place < limit and (place == start or tokens[place].gap == NONE):
        text = tokens[place].text
        if text in words.lacks:
            end = place + 1
        elif text not in words.fill and not (end and text in OR):
            break
        place += 1
    return (
        0 if end and end < limit and _is_sign(tokens[end].text) and _is_one_name(end, tokens, limit) else end
    )


def _is_one_name(end: int, tokens: list[Token], limit: int) -> bool:
    """'No sleep problems': the sign belongs to what was said to be lacking; 'no sleep chest pain' is two things."""
    return tokens[end].gap == NONE and (end + 1 >= limit or tokens[end + 1].gap != NONE)


def _goes_on(item: _Item, tokens: list[Token], roles: Roles, limit: int) -> bool:
    """Whether the list goes on after the comma behind `item`: it is closed by 'or', or its next item is a bare sign."""
    behind = _item(item.end, tokens, roles, limit)
    if item.sign and _is_bare(behind, tokens, roles):
        return True
    while behind.end < limit and _is_short(behind, tokens, roles):
        if tokens[behind.end].text in OR:
            last = _item(behind.end + 1, tokens, roles, limit)
            return last.sign and (item.sign or _is_bare(behind, tokens, roles))
        if tokens[behind.end].gap != COMMA:
            return False
        if tokens[behind.end].text in OR | AND:
            return item.sign
        behind = _item(behind.end, tokens, roles, limit)
    return False


def _is_short(item: _Item, tokens: list[Token], roles: Roles) -> bool:
    words = [at for at in range(item.first, item.end) if tokens[at].text not in _words().fill]
    return 0 < len(words) <= SHORT and not roles[item.first] & OPENS


def _is_bare(item: _Item, tokens: list[Token], roles: Roles) -> bool:
    """Whether an item is only a sign, and no complaint of its own: 'chest pain', 'fever since Monday', 'it aches'."""
    if not (item.sign and _is_short(item, tokens, roles)):
        return False
    pain = any("pain" in roles[at] for at in range(item.first, item.end))
    return item.end - item.first == 1 or not pain
