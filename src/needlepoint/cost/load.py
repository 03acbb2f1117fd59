"""Fees, factors, deductibles, poverty guidelines and the clock of the good-faith estimate, read once."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.knowledge import Certainty, Dated, cite, read_toml

__all__ = ["DATA", "load_cost"]

DATA = Path(__file__).parent / "data"


class Fee(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Relative values of one code."""

    code: str
    work: Decimal
    office: Decimal
    facility: Decimal
    malpractice: Decimal
    reduced: bool
    certainty: Certainty
    source: list[str]


class Factor(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The conversion factor of a year: money for one relative value."""

    value: Decimal
    currency: str
    certainty: Certainty
    source: list[str]


class Reduction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share that further reduced procedures of a day are paid."""

    further: Decimal
    certainty: Certainty
    source: list[str]


class PartB(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Medicare Part B's yearly deductible in USD and the patient's share beyond it."""

    deductible: Decimal
    coinsurance: Decimal
    certainty: Certainty
    source: list[str]


class Poverty(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The yearly guideline in USD: for one person, and for each further one. Area 48: the states without AK and HI."""

    area: str
    first: Decimal
    step: Decimal
    certainty: Certainty
    source: list[str]


class Slide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to so many per cent of poverty, this share of the price is paid."""

    to_percent: Decimal
    pays: Decimal
    certainty: Certainty
    source: list[str]


class GoodFaith(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Business days by which the estimate is due, and when a bill may be disputed."""

    far_business_days: int
    far_due_days: int
    near_business_days: int
    near_due_days: int
    asked_due_days: int
    dispute_over_usd: Decimal
    dispute_days: int
    certainty: Certainty
    source: list[str]


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/cost.toml`."""

    fee: list[Fee]
    factor: list[Factor]
    reduction: Reduction
    part_b: list[PartB]
    poverty: list[Poverty]
    slide: list[Slide]
    good_faith: GoodFaith


@lru_cache(maxsize=1)
def load_cost() -> Cost:
    """Every row with its source."""
    found = msgspec.convert(read_toml(DATA / "cost.toml"), Cost)
    keys = [found.reduction.source, found.good_faith.source]
    keys += [row.source for row in found.fee] + [row.source for row in found.factor]
    keys += [row.source for row in found.part_b] + [row.source for row in found.poverty]
    keys += [row.source for row in found.slide]
    for source in keys:
        cite(DATA, source, "cost.toml")
    return found
