"""The rows of `data/`, each with a known source."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.geometry import load_views
from needlepoint.base.knowledge import Certainty, Citation, cite, rows
from needlepoint.base.refusal import Fault, Refused, nearest

__all__ = [
    "DATA",
    "Condition",
    "Section",
    "StretchRow",
    "citations_of",
    "load_conditions",
    "load_sections",
    "load_stretches",
    "stretch_for",
]

DATA = Path(__file__).parent / "data"
Place = tuple[float, float]
Row = TypeVar("Row", "Section", "Condition", "StretchRow")


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One section of the public site. Empty lines separate paragraphs, '- ' begins a list item.

    `states`: shown only by practices with a location in one of them; empty means everywhere.
    """

    id: str
    states: list[str] = []
    checked: datetime.date
    certainty: Certainty
    source: list[str]
    title_en: str
    title_es: str
    en: str
    es: str


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A condition that treatment may help, and the strength of the evidence."""

    id: str
    grade: Literal["good", "some", "little", "none"]
    en: str
    es: str
    why_en: str
    why_es: str
    certainty: Certainty
    source: list[str]


class StretchRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An exercise for some muscles, worded for the left side. Coordinates are mm of the view; an arrow bends once."""

    id: str
    title_en: str
    title_es: str
    muscles: list[str]
    view: str
    window: tuple[float, float, float, float]
    arrows: list[tuple[Place, Place, Place]]
    en: list[str]
    es: list[str]
    certainty: Certainty
    source: list[str]


def citations_of(row: Section | Condition | StretchRow) -> tuple[Citation, ...]:
    """Return the sources of the row."""
    return cite(DATA, row.source, str(getattr(row, "id", row.en)))


@lru_cache(maxsize=1)
def load_sections() -> dict[str, Section]:
    """Return the sections of the public site in order."""
    return {row.id: row for row in _checked(rows(DATA / "sections.toml", Section, "section"))}


@lru_cache(maxsize=1)
def load_conditions() -> tuple[Condition, ...]:
    """The benefits, in display order."""
    return tuple(_checked(rows(DATA / "conditions.toml", Condition, "condition")))


@lru_cache(maxsize=1)
def load_stretches() -> dict[str, StretchRow]:
    """Return every exercise, with muscles and a view that the atlas knows."""
    found = {row.id: row for row in _checked(rows(DATA / "stretches.toml", StretchRow, "stretch"))}
    for row in found.values():
        for muscle in row.muscles:
            if muscle not in load_atlas().muscles:
                hint = nearest(muscle, load_atlas().muscles)
                raise Refused(Fault(f"stretches.toml {row.id}", repr(muscle), "a muscle of the atlas", hint))
        if row.view not in load_views():
            raise Refused(Fault(f"stretches.toml {row.id}", repr(row.view), "a view of the body chart"))
    return found


def stretch_for(muscle: str) -> StretchRow | None:
    """Return the exercise for a muscle (atlas id); None if there is none."""
    return next((row for row in load_stretches().values() if muscle in row.muscles), None)


def _checked(found: list[Row]) -> list[Row]:
    for row in found:
        citations_of(row)
    return found
