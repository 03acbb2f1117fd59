"""The language of a sentence, by its function words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.words.tokens import Token, normalize

__all__ = ["LANGUAGES", "cue_table", "guess_language", "languages_of"]

LANGUAGES = ("en", "es")
_CUES = Path(__file__).parents[1] / "data" / "words" / "cues.toml"


class Cue(msgspec.Struct, frozen=True):
    """Function words with one role, in both languages."""

    role: str
    en: list[str]
    es: list[str]


class DenialTable(msgspec.Struct, frozen=True):
    """The words that decide how far a denial reaches, of both languages."""

    whole: list[str]
    signs: list[str]
    lacks: list[str]
    fill: list[str]
    causes: list[str]
    equal: list[str]
    pain_articles: list[str]


class CueTable(msgspec.Struct, frozen=True):
    """The function words of data/words/cues.toml: language -> words, and the cues that affect the words near them."""

    soft: dict[str, list[str]]
    gap_stop: dict[str, list[str]]
    language: dict[str, list[str]]
    denial: DenialTable
    cue: list[Cue]


@lru_cache(maxsize=1)
def cue_table() -> CueTable:
    """The little words of data/words/cues.toml."""
    return msgspec.convert(read_toml(_CUES), CueTable)


@lru_cache(maxsize=1)
def _telling_words() -> dict[str, frozenset[str]]:
    return {language: frozenset(cue_table().language[language]) for language in LANGUAGES}


def languages_of(tokens: list[Token], language: str | None = None) -> tuple[str, ...]:
    """Return the languages for a sentence: the one its function words show, or both when they do not decide."""
    telling = _telling_words()
    count = {name: sum(token.text in telling[name] for token in tokens) for name in LANGUAGES}
    first = "es" if count["es"] > count["en"] else "en"
    if count["en"] == count["es"]:
        first = language if language in LANGUAGES else "en"
        return (first, "es" if first == "en" else "en")
    other = "en" if first == "es" else "es"
    mixed = count[other] >= 2 and count[other] * 5 >= count[first] * 2
    return (first, other) if mixed or count[first] < 2 else (first,)


def guess_language(text: str) -> str:
    """Return 'en' or 'es', by the function words of `text`; 'en' when they do not decide.

    >>> guess_language("Me duele la espalda cuando camino")
    'es'
    """
    return languages_of(normalize(text))[0]
