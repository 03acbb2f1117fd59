"""The muscle atlas for patients: for each muscle where it is, where it is known to refer pain, and what helps.

A test enforces: this is general knowledge to look up. It takes no data about the reader, concludes nothing about the
reader, and names no disease. Only an examination can find the muscle.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.load import load_regions, split_region
from needlepoint.anatomy.types import Muscle
from needlepoint.base.knowledge import Certainty, rows
from needlepoint.documents.leaflets.load import DATA, StretchRow, stretch_for

__all__ = ["BookPage", "book_page", "book_pages", "places_of_book", "search_book"]


class AtlasRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts on daily life, and how many of them a page shows."""

    daily_life: list[str]
    most_places: int
    most_causes: int
    source: list[str]


@lru_cache(maxsize=1)
def _rules() -> AtlasRules:
    (found,) = rows(DATA / "book.toml", AtlasRules)
    return found


class BookPage(msgspec.Struct, frozen=True, kw_only=True):
    """One muscle for patients, in one language."""

    id: str
    area: str
    name: str
    also: tuple[str, ...]
    lies: tuple[str, ...]
    felt: tuple[str, ...]
    helps: tuple[str, ...]
    keeps: tuple[str, ...]
    stretch: StretchRow | None
    certainty: Certainty


@lru_cache(maxsize=2)
def book_pages(lang: str) -> dict[str, BookPage]:
    """Return every muscle of the atlas by its id, sorted by area and name."""
    pages = [_page(muscle, lang) for muscle in load_atlas().muscles.values()]
    return {page.id: page for page in sorted(pages, key=lambda page: (page.area, page.name))}


def book_page(muscle: str, lang: str) -> BookPage | None:
    """Return the page of one muscle; None for an unknown one."""
    return book_pages(lang).get(muscle)


@lru_cache(maxsize=2)
def places_of_book(lang: str) -> tuple[tuple[str, tuple[tuple[str, tuple[BookPage, ...]], ...]], ...]:
    """The index of the book: (body area, (place, pages that name it as a place where it can hurt)), by alphabet."""
    areas = {_said(key, lang): row.body_area for key, row in load_regions().items()}
    found: dict[str, dict[str, list[BookPage]]] = {}
    for page in sorted(book_pages(lang).values(), key=lambda page: plain(page.name)):
        for place in page.felt:
            found.setdefault(areas[place], {}).setdefault(place, []).append(page)
    return tuple(
        (area, tuple((place, tuple(found[area][place])) for place in sorted(found[area], key=plain)))
        for area in found
    )


def search_book(lang: str, words: str) -> tuple[BookPage, ...]:
    """Return the pages whose words begin with each of the words, in alphabetical order."""
    asked = plain(words).split()
    pages = sorted(book_pages(lang).values(), key=lambda page: plain(page.name))
    return tuple(page for page in pages if asked and _holds(page, asked))


def _holds(page: BookPage, asked: list[str]) -> bool:
    text = plain(" ".join([page.name, *page.also, *page.lies, *page.felt])).split()
    return all(any(word.startswith(part) for word in text) for part in asked)


def plain(text: str) -> str:
    """Small letters without accents, for search and alphabet; signs are blanks."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        char if char.isalnum() else " " for char in letters if not unicodedata.combining(char)
    ).strip()


def _page(muscle: Muscle, lang: str) -> BookPage:
    spanish = lang == "es"
    weights: dict[str, float] = {}
    for point in muscle.points:
        for key, weight in point.essential.items():
            weights[key] = max(weight, weights.get(key, 0.0))
    felt = sorted(weights, key=lambda key: -weights[key])[: _rules().most_places]
    causes = sorted(
        set(_rules().daily_life) & muscle.perpetuated_by.keys(), key=lambda key: -muscle.perpetuated_by[key]
    )
    return BookPage(
        id=muscle.id,
        area=muscle.body_area,
        name=muscle.name_es if spanish else muscle.name,
        also=tuple((muscle.synonyms_es if spanish else muscle.synonyms)[:2]),
        lies=tuple(_said(name, lang) for name in muscle.lies_in),
        felt=tuple(dict.fromkeys(_said(split_region(key)[1], lang) for key in felt)),
        helps=tuple(_feature("easers", key, lang) for key in muscle.eased_by),
        keeps=tuple(_feature("contexts", key, lang) for key in causes[: _rules().most_causes]),
        stretch=stretch_for(muscle.id),
        certainty=muscle.certainty,
    )


def _said(region: str, lang: str) -> str:
    row = load_regions()[region]
    return row.es if lang == "es" else row.en


def _feature(kind: str, key: str, lang: str) -> str:
    row = load_atlas().features[kind][key]
    return row.es if lang == "es" else row.en
