"""Words reduced for comparison: folded, without apostrophe, stemmed, and which of them are function words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import snowballstemmer

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.words.tokens import normalize

__all__ = ["NEG", "LittleWords", "little_words", "stem", "words_of"]

NEG = "#no"  # every negating word ('no', "can't", 'sin') is compared as this one
_DATA = Path(__file__).parent.parent / "data" / "words" / "little.toml"


class LittleWords(msgspec.Struct, frozen=True):
    """The function words of one language."""

    stop: frozenset[str]
    neg: frozenset[str]
    irregular: dict[str, str]
    breaks: frozenset[str]
    speech: dict[str, list[str]]
    persons: dict[str, list[str]]
    first: dict[str, str]
    place: dict[str, list[str]]


@lru_cache(maxsize=1)
def _tables() -> dict[str, LittleWords]:
    return msgspec.convert(read_toml(_DATA), dict[str, LittleWords])


def little_words(language: str) -> LittleWords:
    """Return the function words of 'en' or 'es'."""
    return _tables()[language]


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer({"en": "english", "es": "spanish"}[language])


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """The stem of one folded word.

    >>> stem("swelling", "en"), stem("hinchada", "es")
    ('swell', 'hinch')
    """
    little = little_words(language)
    if word in little.neg:
        return NEG
    word = little.irregular.get(word, word)
    return str(_stemmer(language).stemWord(word))


def words_of(text: str) -> list[str]:
    """The words of a short text, folded and without apostrophes ("can't" is 'cant')."""
    return [token.text.replace("'", "") for token in normalize(text)]
