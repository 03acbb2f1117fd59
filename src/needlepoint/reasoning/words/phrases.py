"""Mentions of concepts in a text, in English and Spanish, each stated, denied, doubted or past.

    rows = [PhraseRow("fever", en=["fever"], es=["fiebre"])]
    find("No fever.", compile_lexicon(rows))[0].negated  ->  True

See `lexicon.py` and `inflection.py` for how phrases are written, `negation.py` for how denial is recognized.
"""

from __future__ import annotations

import msgspec

from needlepoint.reasoning.words.language import guess_language
from needlepoint.reasoning.words.lexicon import Lexicon, PhraseRow, compile_lexicon, matches
from needlepoint.reasoning.words.negation import said_of
from needlepoint.reasoning.words.tokens import Token, normalize

__all__ = [
    "Lexicon",
    "Mention",
    "PhraseRow",
    "Token",
    "compile_lexicon",
    "find",
    "guess_language",
    "normalize",
]


class Mention(msgspec.Struct, frozen=True):
    """A concept where a text mentions it.

    `start` and `end` are positions in the original text; `words` is its text there.
    """

    concept: str
    words: str
    start: int
    end: int
    negated: bool = False
    hedged: bool = False
    past: bool = False
    family: bool = False


def find(text: str, lexicon: Lexicon, language: str | None = None) -> list[Mention]:
    """Every mention in `text` of a concept of `lexicon`, in order; a phrase of two concepts gives two mentions."""
    tokens = normalize(text)
    found = matches(tokens, lexicon, language)
    said = said_of(tokens, found, language)
    mentions = []
    for match in found:
        start, end = tokens[match.first].start, tokens[match.end - 1].end
        flags = (
            said.negated[match.first],
            said.hedged[match.first],
            said.past[match.first],
            said.family[match.first],
        )
        mentions += [Mention(concept, text[start:end], start, end, *flags) for concept in match.concepts]
    return mentions
