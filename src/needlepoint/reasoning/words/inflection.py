"""The forms of a word in English and Spanish. Forms are generated, not stripped: 'parte' never matches 'parto'.

A word of a phrase is written one of four ways:
    knee        the word and its plural (Spanish also its gender: interno, interna, internos, internas)
    ~chew       every form of a verb, given as its infinitive; `~mover:ue` when the Spanish stem changes
    chew*       every word that begins so
    =left       this form alone
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.words.tokens import fold

__all__ = ["forms"]

_VOWELS = "aeiou"
_DATA = Path(__file__).parents[1] / "data" / "words" / "inflection.toml"


@lru_cache(maxsize=1)
def _irregular() -> dict[str, dict[str, list[str]]]:
    table = read_toml(_DATA)
    return {language: table[language] for language in ("en", "es")}


@lru_cache(maxsize=1)
def _endings() -> dict[str, list[str]]:
    return {kind: line.split() for kind, line in read_toml(_DATA)["spanish_endings"].items()}


def forms(word: str, language: str) -> frozenset[str]:
    """Return every form that `word`, written as above but without a star, stands for.

    >>> sorted(forms("~chew", "en"))
    ['chew', 'chewed', 'chewing', 'chews']
    """
    word = fold(word)
    if word.startswith("="):
        return frozenset({word[1:]})
    if word.startswith("~"):
        verb, _, change = word[1:].partition(":")
        made = _english_verb(verb) if language == "en" else _spanish_verb(verb, change)
        return frozenset(made | set(_irregular()[language].get(verb, ())))
    made = _english_noun(word) if language == "en" else _spanish_noun(word)
    return frozenset(made | set(_irregular()[language].get(word, ())))


def _english_noun(word: str) -> set[str]:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return {word, word[:-1] + "ies"}
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return {word, word + "es"}
    return {word, word + "s"}


def _english_verb(verb: str) -> set[str]:
    found = _english_noun(verb)
    if verb.endswith("ie"):
        return found | {verb + "d", verb[:-2] + "ying"}
    if verb.endswith("e"):
        return found | {verb + "d", verb[:-1] + "ing", verb + "ing"}
    past = verb[:-1] + "ied" if verb.endswith("y") and verb[-2:-1] not in _VOWELS else verb + "ed"
    found |= {past, verb + "ing"}
    if len(verb) > 2 and verb[-1] not in _VOWELS + "wxy" and verb[-2] in _VOWELS and verb[-3] not in _VOWELS:
        found |= {verb + verb[-1] + "ing", verb + verb[-1] + "ed"}
    return found


def _spanish_noun(word: str) -> set[str]:
    if word.endswith("o"):
        stem = word[:-1]
        return {word, stem + "a", stem + "os", stem + "as"}
    if word.endswith("z"):
        return {word, word[:-1] + "ces"}
    if word[-1:] in _VOWELS:
        return {word, word + "s"}
    if word.endswith("s"):
        return {word}
    return {word, word + "es"} | ({word + "a", word + "as"} if word.endswith("or") else set())


_CHANGES = {"ie": "e", "ue": "o", "i": "e"}
_CLITICS = (
    "",
    "me",
    "te",
    "se",
    "nos",
    "lo",
    "la",
    "los",
    "las",
    "le",
    "les",
    "melo",
    "mela",
    "selo",
    "sela",
)
_SPELLINGS = (("c", "qu"), ("g", "gu"), ("z", "c"))  # before e and i, verbs in -ar


def _spanish_verb(verb: str, change: str) -> set[str]:
    kind = verb[-2:]
    if kind not in _endings():
        return {verb}
    found: set[str] = {verb + clitic for clitic in _CLITICS}
    for stem in _stems(verb[:-2], change):
        for ending in _endings()[kind]:
            found.add(_spelled(stem, ending, kind))
        gerund = _spelled(stem, "ando" if kind == "ar" else "iendo", kind)
        found |= {gerund + clitic for clitic in _CLITICS}
    return found


def _stems(stem: str, change: str) -> list[str]:
    vowel = _CHANGES.get(change, "")
    place = stem.rfind(vowel) if vowel else -1
    if change == "ue" and place < 0:  # jugar
        place = stem.rfind("u")
    return [stem] if place < 0 else [stem, stem[:place] + change + stem[place + 1 :]]


def _spelled(stem: str, ending: str, kind: str) -> str:
    if kind == "ar" and ending[0] in "ei":
        for plain, written in _SPELLINGS:
            if stem.endswith(plain):
                return stem[:-1] + written + ending
    if kind != "ar" and stem.endswith("g") and ending[0] in "oa":
        return stem[:-1] + "j" + ending
    return stem + ending
