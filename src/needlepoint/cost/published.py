"""Answers of the published price files. None: no file is loaded for that day."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Protocol

import msgspec

__all__ = ["NO_FILES", "DrugLimit", "LocalityIndices", "PriceFiles", "PublishedFee"]


class PublishedFee(msgspec.Struct, frozen=True, kw_only=True):
    """Relative values of a code and the conversion factor of their release. None: not paid in that setting."""

    work: Decimal
    office: Decimal | None
    facility: Decimal | None
    malpractice: Decimal
    factor: Decimal
    status: str
    reduced: bool
    release: str


class LocalityIndices(msgspec.Struct, frozen=True, kw_only=True):
    """The indices of one locality."""

    name: str
    work: Decimal
    expense: Decimal
    malpractice: Decimal
    release: str


class DrugLimit(msgspec.Struct, frozen=True, kw_only=True):
    """The payment limit of one unit of a drug, in USD (fractions of a cent occur here)."""

    limit_usd: Decimal
    dosage: str
    release: str


class PriceFiles(Protocol):
    """The price files by day."""

    def fee(self, code: str, modifier: str, on: datetime.date) -> PublishedFee | None:
        """Return the relative values of a code with a modifier ('' for none)."""

    def area(self, state: str, locality: str, on: datetime.date) -> LocalityIndices | None:
        """Return the indices of a locality of a state."""

    def drug(self, code: str, on: datetime.date) -> DrugLimit | None:
        """Return the payment limit of a drug."""

    def poverty(self, area: str, people: int, on: datetime.date) -> tuple[Decimal, str] | None:
        """Return the guideline of a household in USD a year, and the release. `area` AK, HI or 48."""


class _NoFiles:
    """No file has been loaded."""

    def fee(self, code: str, modifier: str, on: datetime.date) -> PublishedFee | None:
        return None

    def area(self, state: str, locality: str, on: datetime.date) -> LocalityIndices | None:
        return None

    def drug(self, code: str, on: datetime.date) -> DrugLimit | None:
        return None

    def poverty(self, area: str, people: int, on: datetime.date) -> tuple[Decimal, str] | None:
        return None


NO_FILES: PriceFiles = _NoFiles()
