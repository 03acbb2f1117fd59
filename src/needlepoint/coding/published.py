"""What only the published files can answer. Without them every answer is None: not known, and which file settles it."""

from __future__ import annotations

import datetime
from typing import Protocol

import msgspec

__all__ = ["NOTHING_LOADED", "Pair", "Published", "Unlikely"]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """An NCCI pair: `column2` falls beside `column1`: 0 always, 1 unless a modifier sets it apart, 9 never."""

    column1: str
    column2: str
    indicator: str
    rationale: str
    release: str


class Unlikely(msgspec.Struct, frozen=True, kw_only=True):
    """The most units of a code: judged by line (1), by day (2 without exception, 3 with an appeal)."""

    units: int
    indicator: str
    rationale: str
    release: str


class Published(Protocol):
    """The published files as the edits ask them. None: no file that is loaded holds for that day."""

    def pairs(self, codes: list[str], on: datetime.date) -> list[Pair] | None:
        """Every pair among `codes` that holds on that day; None when the files do not speak of all of them."""

    def unlikely(self, code: str, on: datetime.date) -> Unlikely | bool | None:
        """The most units of a code; False when the file that holds has none for it."""

    def diagnosis(self, code: str, on: datetime.date) -> bool | None:
        """Whether a diagnosis code is valid to the last digit on that day."""

    def excluded(self, codes: list[str], on: datetime.date) -> list[tuple[str, str]] | None:
        """Which of `codes` may not stand beside each other (Excludes1)."""


class _NothingLoaded:
    """No file has been loaded."""

    def pairs(self, codes: list[str], on: datetime.date) -> list[Pair] | None:
        return None

    def unlikely(self, code: str, on: datetime.date) -> Unlikely | bool | None:
        return None

    def diagnosis(self, code: str, on: datetime.date) -> bool | None:
        return None

    def excluded(self, codes: list[str], on: datetime.date) -> list[tuple[str, str]] | None:
        return None


NOTHING_LOADED: Published = _NothingLoaded()
