"""A text as words with their positions: folded (case, accents, quotes), split at sentence and clause borders."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

__all__ = ["COMMA", "NONE", "SENTENCE", "STRONG", "Token", "fold", "normalize"]

NONE, COMMA, STRONG, SENTENCE = 0, 1, 2, 3
_DROP = "\x01"  # replaces a combining mark or a soft hyphen, so that positions stay correct


class Token(NamedTuple):
    """One word: folded text, its span in the original text, and what precedes it.

    `gap` is NONE, COMMA, STRONG (semicolon, colon, dash, bracket) or SENTENCE; `mark` the punctuation itself.
    """

    text: str
    start: int
    end: int
    gap: int
    mark: str


class _Folding(dict[int, str]):
    """Character -> one folded character, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 4096:  # hostile text may contain every character there is
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return _DROP
    base = unicodedata.normalize("NFKD", character)[:1].lower()[:1]
    return base or " "


_FOLDING = _Folding()
_FOLDING.update({ord(mark): "'" for mark in "’‘`´ʼ＇"})
_FOLDING.update({ord(mark): "-" for mark in "‐‑‒−"})
_FOLDING.update({ord(mark): "\u2014" for mark in "–—―"})
_FOLDING.update({ord("…"): ".", ord("\u00a0"): " ", ord("\x01"): " ", ord("º"): " ", ord("ª"): " "})

_WORD = re.compile(r"[^\W_\x01](?:[^\W_]|\x01)*(?:'(?:[^\W_]|\x01)+)*")
_POSSESSIVE = re.compile(r"'s?$")
_SENTENCE_END = re.compile(r"[.!?¿¡](?=[\s\"')\]]|$)|[!?¿¡]|\n\s*\n|\n\s*[-*•]|\.(?=\n)")
_ABBREVIATIONS = frozenset(
    {"e.g", "i.e", "dr", "vs", "approx", "st", "mr", "mrs", "ms", "sr", "sra", "dra", "p.ej"}
)


def fold(text: str) -> str:
    """`text` in lower case without accents, of the same length.

    >>> fold("Omóplato")
    'omoplato'
    """
    return text.translate(_FOLDING)


def normalize(text: str) -> list[Token]:
    """Return the words of `text` in order. Positions refer to the original text.

    >>> [token.text for token in normalize("Don't bend the left knee!")]
    ["don't", 'bend', 'the', 'left', 'knee']
    """
    return list(_words_of(text))


@lru_cache(maxsize=32)
def _words_of(text: str) -> tuple[Token, ...]:
    """The same, kept: one text is read for places, features and signs in turn."""
    folded = fold(text)
    tokens: list[Token] = []
    before = 0
    for match in _WORD.finditer(folded):
        start, end = match.span()
        word = match.group().replace(_DROP, "")
        if word.endswith("'s"):
            word = word[:-2]
        between = folded[before:start]
        gap, mark = (NONE, "") if between in (" ", "") else _border(between, tokens)
        tokens.append(Token(word, start, end, gap, mark))
        before = end
    return tuple(tokens)


def _border(between: str, tokens: list[Token]) -> tuple[int, str]:
    marks = "".join(between.split())
    if _SENTENCE_END.search(between) and not (
        marks == "." and tokens and (tokens[-1].text in _ABBREVIATIONS)
    ):
        return SENTENCE, marks
    if "\n" in between and not tokens:
        return SENTENCE, marks
    if any(mark in ";:()[]{}\u2014|=>" for mark in marks) or (marks == "-" and between != "-"):
        return STRONG, marks
    if "\n" in between:
        return COMMA, marks
    return (COMMA, marks) if "," in marks else (NONE, marks)
