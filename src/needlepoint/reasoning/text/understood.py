"""How much of a text was understood: the share of its content words, and the clauses without any."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from needlepoint.reasoning.text.concepts import hits_of
from needlepoint.reasoning.text.stems import little_words
from needlepoint.reasoning.words.language import languages_of
from needlepoint.reasoning.words.tokens import normalize

__all__ = ["Understood", "understood"]

LEAST_WORDS = 2  # content words from which an unexplained clause is shown


class Understood(msgspec.Struct, frozen=True):
    """`share` of the content words that were understood; `not_read` are the clauses without any, as written."""

    share: float = 1.0
    not_read: tuple[str, ...] = ()


def understood(text: str, language: str | None, spans: Iterable[tuple[int, int]]) -> Understood:
    """Return how much of `text` was understood. `spans` are the characters of recognized places and features."""
    tokens = normalize(text)
    if not tokens:
        return Understood()
    stop = little_words("en").stop | little_words("es").stop
    read = [False] * len(tokens)
    for name in languages_of(tokens, language):
        for hit in hits_of(text, name):
            read[hit.first : hit.end] = [True] * (hit.end - hit.first)
    for start, end in spans:
        for place, token in enumerate(tokens):
            if token.start < end and token.end > start:
                read[place] = True
    content = [place for place, token in enumerate(tokens) if token.text.replace("'", "") not in stop]
    clauses, first = [], 0
    for place in range(1, len(tokens) + 1):
        if place == len(tokens) or tokens[place].gap > 0:
            inside = [at for at in content if first <= at < place]
            if len(inside) >= LEAST_WORDS and not any(read[at] for at in inside):
                clauses.append(text[tokens[first].start : tokens[place - 1].end])
            first = place
    share = sum(read[at] for at in content) / len(content) if content else 1.0
    return Understood(round(share, 3), tuple(clauses))
