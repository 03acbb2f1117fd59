"""Answers of the published files. Without them every answer is None: unknown, with the file that settles it."""

from __future__ import annotations

import datetime
from typing import Protocol

import msgspec

__all__ = ["NOTHING_LOADED", "Pair", "Published", "Unlikely"]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """An NCCI pair: `column2` is removed beside `column1`: 0 always, 1 unless a modifier separates it, 9 never."""

    column1: str
    column2: str
    indicator: str
    rationale: str
    release: str


class Unlikely(msgspec.Struct, frozen=True, kw_only=True):
    """The most units of a code (MUE): by line (1), by day (2 without exception, 3 with an appeal)."""

    units: int
    indicator: str
    rationale: str
    release: str


class Published(Protocol):
    """The published files for the edits. None: no file is loaded for that day."""

    def pairs(self, codes: list[str], on: datetime.date) -> list[Pair] | None:
        """Return every pair among `codes` on that day; None when the files do not cover all of them."""

    def unlikely(self, code: str, on: datetime.date) -> Unlikely | bool | None:
        """Return the most units of a code; False when the current file has none for it."""

    def diagnosis(self, code: str, on: datetime.date) -> bool | None:
        """Return whether a diagnosis code is valid to the last digit on that day."""

    def excluded(self, codes: list[str], on: datetime.date) -> list[tuple[str, str]] | None:
        """Return which of `codes` exclude each other (Excludes1)."""


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
