"""Federal holidays: their dates, and on which a practice is closed by default."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays as library
import msgspec

from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.documents.leaflets.load import DATA

__all__ = ["Holiday", "holiday_on", "load_holidays"]

FILE = DATA / "holidays.toml"


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One federal holiday. `library`: its name in the holidays package; `closed`: by default."""

    id: str
    library: str
    closed: bool
    en: str
    es: str
    certainty: Certainty
    source: list[str]


@lru_cache(maxsize=1)
def load_holidays() -> dict[str, Holiday]:
    """Return the holidays by id, in the order of the year."""
    found = {row.id: row for row in rows(FILE, Holiday, "holiday")}
    for row in found.values():
        cite(DATA, row.source, f"holidays.toml {row.id}")
    return found


@lru_cache(maxsize=8)
def _of_year(year: int) -> dict[datetime.date, Holiday]:
    by_name = {row.library: row for row in load_holidays().values()}
    days = library.country_holidays("US", years=year, observed=True)
    names = {day: name.removesuffix(" (observed)") for day, name in days.items()}
    return {day: by_name[name] for day, name in names.items() if name in by_name}


def holiday_on(day: datetime.date) -> Holiday | None:
    """Return the holiday that falls on a day, or is observed on it.

    >>> holiday_on(datetime.date(2026, 11, 26)).en
    'Thanksgiving Day'
    """
    return _of_year(day.year).get(day)
