"""The letter to the referring doctor: a selection of the sentences of the signed note, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import rows
from needlepoint.documents.notes.load import DATA, load_sentences
from needlepoint.documents.notes.sentence import NoteSentence

__all__ = ["LetterPart", "letter_parts"]

OWN = "own"  # the clinician's own words, which are no row of the sentences


class LetterRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the letter, and the sentences that it takes over."""

    id: str
    en: str
    es: str
    sentences: list[str]


class LetterPart(msgspec.Struct, frozen=True):
    """A part of one letter: its heading and its text."""

    title: str
    text: str


@lru_cache(maxsize=1)
def load_letter() -> tuple[LetterRow, ...]:
    """Return the parts in the order of the letter."""
    found = rows(DATA / "letter.toml", LetterRow, "part")
    known = {*load_sentences(), OWN}
    assert all(set(row.sentences) <= known for row in found)
    return tuple(found)


def letter_parts(sentences: Iterable[NoteSentence], lang: str) -> tuple[LetterPart, ...]:
    """Return the parts for which the signed note says something, each with its sentences as signed."""
    told = list(sentences)
    found = []
    for row in load_letter():
        text = " ".join(sentence.text for sentence in told if sentence.id in row.sentences)
        if text:
            found.append(LetterPart(row.es if lang == "es" else row.en, text))
    return tuple(found)
