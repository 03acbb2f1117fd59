"""The meaning of the codes in a response, in our own words. An unknown code stays a code."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, cite, rows

__all__ = ["DATA", "meaning"]

DATA = Path(__file__).parents[1] / "data"


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code of one list."""

    of: str  # which list
    code: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]


@lru_cache(maxsize=1)
def load_words() -> dict[tuple[str, str], Word]:
    """Return the words by list and code."""
    found = {(row.of, row.code): row for row in rows(DATA / "answers.toml", Word, "word")}
    for row in found.values():
        cite(DATA, row.source, f"answers.toml {row.of} {row.code}")
    return found


def meaning(of: str, code: str, lang: str = "en") -> str:
    """Return the code in words, or ''. `of`: the list, such as 'segment', 'category', 'status' or 'entity'.

    >>> meaning("category", "A2")
    'accepted into processing'
    """
    row = load_words().get((of, code)) or load_words().get((of, code.lstrip("0")))
    return (row.es if lang == "es" else row.en) if row else ""
