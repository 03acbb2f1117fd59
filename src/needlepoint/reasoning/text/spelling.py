"""Correct misspelled words toward words of the corpus: only words in no word list, and only to near ones."""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from needlepoint.reasoning.text.index import Index, load_index
from needlepoint.reasoning.text.stems import stem

__all__ = ["is_word", "mend"]

_LISTS = Path(__file__).parent.parent / "data" / "words"
LEAST_LETTERS = 4
LONG = 8  # from this length on two errors are corrected, and the first letter may be wrong
# Spanish letters that sound alike and are often swapped.
_BY_EAR = (
    ("h", ""), ("v", "b"), ("z", "s"), ("ce", "se"), ("ci", "si"), ("ll", "y"),
    ("qu", "k"), ("c", "k"), ("ge", "je"), ("gi", "ji"), ("x", "s"),
)  # fmt: skip


@lru_cache(maxsize=20_000)
def _mended(word: str, language: str) -> str:
    index = load_index()[language]
    if len(word) < LEAST_LETTERS or word[0].isdigit() or _is_known(word, language):
        return word
    sounding = _by_sound(language).get(_sound(word)) if language == "es" else None
    return sounding or _nearest(word, index, language) or word


def mend(word: str, index: Index, language: str) -> str:
    """Return `word` as in the corpus when it is misspelled by a letter or two; else unchanged."""
    return word if word in index.vocabulary else _mended(word, language)


@lru_cache(maxsize=20_000)
def is_word(word: str) -> bool:
    """Whether the English list, the Spanish list, or the names contain a word as written."""
    return word in _names() or word in _known("en") or stem(word, "es") in _known("es")


def _nearest(word: str, index: Index, language: str) -> str | None:
    from rapidfuzz.distance import OSA  # slow to import, and few texts need it

    slips = 1 if len(word) < LONG else 2
    found: tuple[int, int, str] | None = None
    for length in range(len(word) - slips, len(word) + slips + 1):
        for known in _by_length(language).get(length, ()):
            if known[0] != word[0] and len(word) < LONG:
                continue
            apart = OSA.distance(word, known, score_cutoff=slips)
            if apart <= slips and (found is None or (apart, -index.vocabulary[known]) < found[:2]):
                found = (apart, -index.vocabulary[known], known)
    return found[2] if found else None


def _is_known(word: str, language: str) -> bool:
    """Whether a word is a name, in the corpus of the other language, or in the list of its language.

    Spanish words are compared by stem, because they have many forms.
    """
    other = load_index()["en" if language == "es" else "es"].vocabulary
    return (
        word in _names()
        or word in other
        or (stem(word, language) if language == "es" else word) in _known(language)
    )


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """First names of both languages, folded: 'Beth' is not 'both'."""
    return frozenset((_LISTS / "names.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=2)
def _known(language: str) -> frozenset[str]:
    """Return the correctly spelled words of the language, folded; Spanish words as stems."""
    return frozenset(gzip.decompress((_LISTS / f"known_{language}.txt.gz").read_bytes()).decode().split())


@lru_cache(maxsize=2)
def _by_length(language: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for word in load_index()[language].vocabulary:
        if len(word) >= LEAST_LETTERS and not word[0].isdigit():
            found[len(word)].append(word)
    return found


@lru_cache(maxsize=2)
def _by_sound(language: str) -> dict[str, str]:
    words = sorted(load_index()[language].vocabulary.items(), key=lambda item: item[1])
    return {_sound(word): word for word, _ in words if len(word) >= LEAST_LETTERS}


def _sound(word: str) -> str:
    for written, heard in _BY_EAR:
        word = word.replace(written, heard)
    return re.sub(r"(.)\1", r"\1", word)
