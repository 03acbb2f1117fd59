"""The sentences and words of notes, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import read_toml, rows

__all__ = ["DATA", "GapRow", "SentenceRow", "load_gaps", "load_sentences", "word"]

DATA = Path(__file__).parent / "data"


class SentenceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence with its place in the note and its source in the record."""

    id: str
    section: str
    datum: str
    en: str
    es: str


class GapRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that may be missing."""

    id: str
    blocks: bool
    en: str
    es: str


@lru_cache(maxsize=1)
def load_sentences() -> dict[str, SentenceRow]:
    """Return them by id, in the order of the note."""
    return {row.id: row for row in rows(DATA / "note.toml", SentenceRow, "sentence")}


@lru_cache(maxsize=1)
def load_gaps() -> dict[str, GapRow]:
    """Return them by id."""
    return {row.id: row for row in rows(DATA / "gaps.toml", GapRow, "gap")}


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return read_toml(DATA / "words.toml")


def word(group: str, key: str, lang: str, **values: object) -> str:
    """Return a word of the note in a language."""
    return _words()[group][key][lang].format(**values)
