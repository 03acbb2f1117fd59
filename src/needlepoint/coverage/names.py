"""Payers by the names that people use: a list to choose from, and a free text understood."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import rows
from needlepoint.coverage.load import DATA

__all__ = [
    "MedicareSecondReason",
    "PayerName",
    "load_payer_names",
    "load_second_reasons",
    "payer_of",
    "payers_near",
]

FILE = DATA / "payer_names.toml"


class PayerName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payer: its id, the name on the list, and other ways to write it."""

    id: str
    name: str
    words: list[str]


class MedicareSecondReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why Medicare pays second, as a claim says it."""

    code: str
    en: str
    es: str


@lru_cache(maxsize=1)
def load_payer_names() -> dict[str, PayerName]:
    """The payers by id, in the order of their names."""
    found = sorted(rows(FILE, PayerName, "name"), key=lambda row: row.name.casefold())
    return {row.id: row for row in found}


@lru_cache(maxsize=1)
def load_second_reasons() -> dict[str, MedicareSecondReason]:
    """The reasons by their code."""
    return {row.code: row for row in rows(FILE, MedicareSecondReason, "reason")}


def _plain(text: str) -> str:
    """Lower case, one blank between words, without stops and apostrophes.

    >>> _plain("  Workers\u2019 Comp. ")
    'workers comp'
    """
    return " ".join(re.sub(r"[.,'\u2019()]", "", text.casefold().replace("-", " ")).split())


@lru_cache(maxsize=1)
def _ways() -> dict[str, str]:
    """Every way to write a payer, plain -> id."""
    found = {}
    for row in load_payer_names().values():
        for way in (row.id, row.id.replace("_", " "), row.name, *row.words):
            found[_plain(way)] = row.id
    return found


def payer_of(text: str) -> str | None:
    """Return the payer that a text names; None if no list has it.

    >>> payer_of("Medicare Part B"), payer_of("UHC"), payer_of("Somebody Else")
    ('medicare', 'unitedhealthcare', None)
    """
    return _ways().get(_plain(text))


def payers_near(text: str) -> list[str]:
    """The names of payers that are written alike, the nearest first."""
    near = get_close_matches(_plain(text), _ways(), n=6, cutoff=0.6)
    return list(dict.fromkeys(load_payer_names()[_ways()[way]].name for way in near))[:3]
