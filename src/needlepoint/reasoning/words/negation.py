"""The status of a phrase: denied, uncertain, over, or of another person. The cues are in data/words/cues.toml."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from needlepoint.reasoning.words.denial import AND, LONGEST, OPENS, OR, SHORT, denied_until
from needlepoint.reasoning.words.language import cue_table
from needlepoint.reasoning.words.lexicon import (
    ConceptMatch,
    Lexicon,
    PhraseRow,
    compile_lexicon,
    matches,
    sentences,
)
from needlepoint.reasoning.words.tokens import COMMA, NONE, STRONG, Token

__all__ = ["TokenContext", "said_of"]

_ALONE = frozenset(
    {"no", "none", "negative", "denied", "negativo", "negativa", "ninguno", "ninguna", "nunca", "never"}
)
_FLAG_REACH = 14  # words that 'maybe' or 'history of' applies to


class TokenContext(NamedTuple):
    """For each token of a text, whether it is under a denial, a doubt, the past, or about another person."""

    negated: list[bool]
    hedged: list[bool]
    past: list[bool]
    family: list[bool]


@lru_cache(maxsize=1)
def _cues() -> Lexicon:
    return compile_lexicon(
        PhraseRow(
            id=cue.role,
            en=[_exact(phrase) for phrase in cue.en],
            es=[_exact(phrase) for phrase in cue.es],
        )
        for cue in cue_table().cue
    )


def _exact(phrase: str) -> str:
    """Return cues in every form they have, so that 'solo' is not matched in 'solas'."""
    return " ".join(word if word[0] in "=*~" else f"={word}" for word in phrase.split())


@lru_cache(maxsize=1)
def _whole() -> frozenset[str]:
    """Words that deny every item of the list behind them."""
    return frozenset(cue_table().denial.whole)


def said_of(tokens: list[Token], found: list[ConceptMatch], language: str | None = None) -> TokenContext:
    """Return the status of each token. A cue inside a phrase of `found` ('no relief with rest') does not count."""
    said = TokenContext(*([False] * len(tokens) for _ in range(4)))
    covered = [False] * len(tokens)
    for match in found:
        if match.end - match.first > 1:
            covered[match.first : match.end] = [True] * (match.end - match.first)
    cues = [cue for cue in matches(tokens, _cues(), language) if not covered[cue.first]]
    roles: list[frozenset[str]] = [frozenset()] * len(tokens)
    for cue in cues:
        roles[cue.first] = frozenset(cue.concepts)
    ends = [0] * len(tokens)
    for first, end in sentences(tokens):
        ends[first:end] = [end] * (end - first)
    for cue in cues:
        _apply(cue, tokens, roles, ends[cue.first], said)
    return said


def _apply(
    cue: ConceptMatch, tokens: list[Token], roles: list[frozenset[str]], limit: int, said: TokenContext
) -> None:
    concepts = cue.concepts
    if "list" in concepts or "clause" in concepts:
        if _stands_alone(cue, tokens, limit):
            _mark_before(cue.first, tokens, roles, said.negated, across=True)
        else:
            lists = "list" in concepts
            whole = lists and any(tokens[at].text in _whole() for at in range(cue.first, cue.end))
            reach = (
                _reach(cue.end, tokens, roles, limit, lists)
                if whole
                else denied_until(cue.end, tokens, roles, limit, lists=lists)
            )
            said.negated[cue.end : reach] = [True] * (reach - cue.end)
    if "after" in concepts:
        _mark_before(cue.first, tokens, roles, said.negated, across=False)
    for role, flags in (("hedged", said.hedged), ("past", said.past), ("family", said.family)):
        if role in concepts:
            reach = _flag_reach(cue.end, tokens, roles, limit, whole=role == "family")
            flags[cue.end : reach] = [True] * (reach - cue.end)


def _stands_alone(cue: ConceptMatch, tokens: list[Token], limit: int) -> bool:
    """'Fever: no.', 'Fiebre? No,' - a bare answer to what precedes it."""
    token = tokens[cue.first]
    if token.text not in _ALONE or token.gap < STRONG or not set(token.mark) & set(":?(-=>|\u2014"):
        return False
    return cue.end >= len(tokens) or tokens[cue.end].gap != NONE


def _mark_before(
    place: int, tokens: list[Token], roles: list[frozenset[str]], flags: list[bool], *, across: bool
) -> None:
    """Negate backward to the border of the clause; `across` the border right before `place`."""
    step = place - 1
    gap = NONE if across else tokens[place].gap
    while step >= 0 and gap < STRONG and "end" not in roles[step] and place - step <= LONGEST:
        flags[step] = True
        gap = tokens[step].gap
        step -= 1


def _flag_reach(
    start: int, tokens: list[Token], roles: list[frozenset[str]], limit: int, *, whole: bool
) -> int:
    place = start
    while place < limit and (whole or place - start < _FLAG_REACH):
        if place > start and (tokens[place].gap >= STRONG or "end" in roles[place]):
            break
        if not whole and tokens[place].gap == COMMA and roles[place] & OPENS:
            break
        place += 1
    return place


def _reach(start: int, tokens: list[Token], roles: list[frozenset[str]], limit: int, lists: bool) -> int:
    """Where a negation that opens at `start` ends."""
    if start < limit and tokens[start].gap == COMMA:  # 'No, the pain is in the arm'
        return start
    place, closed = start, False
    while place < limit and place - start < LONGEST:
        token, text = tokens[place], tokens[place].text
        if token.gap >= STRONG and not (place == start and ":" in token.mark):
            break
        if "end" in roles[place] and place > start:
            break
        if text in OR:
            closed = True
        elif text in AND and place > start:
            if not lists or _new_statement(place + 1, tokens, roles, limit):
                break
            closed = True
        elif (
            token.gap == COMMA
            and place > start
            and (closed or not _list_goes_on(place, tokens, roles, limit))
        ):
            break
        place += 1
    return place


def _new_statement(place: int, tokens: list[Token], roles: list[frozenset[str]], limit: int) -> bool:
    return place < limit and bool(roles[place] & {"affirm", "end", "pain"})


def _list_goes_on(place: int, tokens: list[Token], roles: list[frozenset[str]], limit: int) -> bool:
    """Whether the item after the comma at `place` still belongs to the denied list."""
    text = tokens[place].text
    if text in OR:
        return True
    if text in AND:
        return not _new_statement(place + 1, tokens, roles, limit)
    if roles[place] & OPENS:
        return False
    end = place + 1
    while (
        end < limit
        and tokens[end].gap == NONE
        and tokens[end].text not in OR | AND
        and not roles[end] & OPENS
    ):
        end += 1
    if end < limit and (
        tokens[end].text in OR
        or (tokens[end].text in AND and not _new_statement(end + 1, tokens, roles, limit))
    ):
        return True
    if end < limit and tokens[end].gap == COMMA:
        return end - place <= SHORT or _list_goes_on(end, tokens, roles, limit)
    return end - place <= SHORT and not (end < limit and tokens[end].gap == NONE)
