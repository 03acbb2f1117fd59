"""One sentence of a note, filled from the data; and how a time is written in one."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.wording import clock_words
from needlepoint.documents.notes.load import load_sentences, word

__all__ = ["NoteSentence", "clock_of", "place", "sentence"]


class NoteSentence(msgspec.Struct, frozen=True):
    """One sentence, its section, and its source in the record."""

    id: str
    section: str
    text: str
    datum: str
    edited: bool = False  # by the clinician, in their own words
    record: str = ""  # what the record says now, if it was edited


def sentence(id_: str, lang: str, datum: str = "", **values: Any) -> NoteSentence:
    """Return the sentence with this id in a language, its gaps filled."""
    row = load_sentences()[id_]
    text = (row.es if lang == "es" else row.en).format(**values)
    return NoteSentence(id_, row.section, text[:1].upper() + text[1:], datum or row.datum)


def clock_of(at: datetime.datetime, zone: str, lang: str) -> str:
    """Return a time of the day in the practice's time zone, with the zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{clock_words(local.time(), lang)} {local:%Z}"


def place(muscle: str, side: str, lang: str) -> str:
    """Return a muscle with its side in the language."""
    row = find_muscle(load_atlas(), muscle)
    shown = word("sides", side, lang)
    return f"{row.name_es} {shown}".strip() if lang == "es" else f"{shown} {row.name}".strip()
