"""Fees, factors, deductibles, poverty guidelines and the deadlines of the good faith estimate, read once."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, Dated, cite, read_toml

__all__ = ["DATA", "load_cost"]

DATA = Path(__file__).parent / "data"


class Fee(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Relative values of one code."""

    code: str
    modifier: str = ""  # 26 or TC: the professional or the technical part
    work: Decimal
    office: Decimal
    facility: Decimal
    malpractice: Decimal
    reduced: bool
    certainty: Certainty
    source: list[str]


class Factor(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The conversion factor of a year: dollars for one relative value unit."""

    value: Decimal
    currency: str
    certainty: Certainty
    source: list[str]


class Reduction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share paid for further reduced procedures of a day."""

    further: Decimal
    certainty: Certainty
    source: list[str]


class Bilateral(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many times a procedure on both sides is paid, and the codes for which the schedule says so."""

    times: Decimal
    codes: list[str]
    certainty: Certainty
    source: list[str]


class Nonparticipating(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Clinicians who do not participate: the share of the schedule, and the most that an unassigned claim charges."""

    share: Decimal
    limit: Decimal
    payers: list[str]
    certainty: Certainty
    source: list[str]


class Mandatory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Professions whom these payers pay only with assignment."""

    professions: list[str]
    payers: list[str]
    en: str
    law: str
    certainty: Certainty
    source: list[str]


class Withheld(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The share that is kept back from these payers' own payment."""

    share: Decimal
    payers: list[str]
    certainty: Certainty
    source: list[str]


class Profession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share of the schedule that these payers pay to a profession."""

    profession: str
    share: Decimal
    payers: list[str]
    certainty: Certainty
    source: list[str]


class FacilityFeeRow(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hospital's own fee for a code and the patient's part of it, national, in USD."""

    code: str
    amount: Decimal
    copay: Decimal
    certainty: Certainty
    source: list[str]


class Medigap(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a standard Medigap plan pays of Part B: a share beyond the deductible, and whether the deductible."""

    plan: str
    coinsurance: Decimal
    deductible: bool
    visit_copay_usd: Decimal = Decimal(0)
    visit_codes: list[str] = msgspec.field(default_factory=list)
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
    """Up to this percent of poverty, the patient pays this share of the price."""

    to_percent: Decimal
    pays: Decimal
    certainty: Certainty
    source: list[str]


class ProgramRow(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Help with the price by a law or a clinic's policy, up to this percent of poverty."""

    id: str
    en: str
    es: str
    hospital_only: bool
    to_percent: Decimal | None = None
    states: list[str] = msgspec.field(default_factory=list)
    certainty: Certainty
    source: list[str]


class GoodFaithRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Business days by which the estimate is due, and when a bill may be disputed."""

    far_business_days: int
    far_due_days: int
    near_business_days: int
    near_due_days: int
    asked_due_days: int
    dispute_over_usd: Decimal
    dispute_days: int
    recurring_months: int  # from memory: 149.610(b)(1)(x)
    certainty: Certainty
    source: list[str]


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/cost.toml`."""

    fee: list[Fee]
    factor: list[Factor]
    reduction: Reduction
    bilateral: Bilateral
    profession: list[Profession]
    nonparticipating: Nonparticipating
    mandatory: Mandatory
    withheld: list[Withheld]
    facility_fee: list[FacilityFeeRow]
    medigap: list[Medigap]
    part_b: list[PartB]
    poverty: list[Poverty]
    slide: list[Slide]
    program: list[ProgramRow]
    good_faith: GoodFaithRules


@lru_cache(maxsize=1)
def load_cost() -> Cost:
    """Return every row with its source."""
    found = msgspec.convert(read_toml(DATA / "cost.toml"), Cost)
    keys = [found.bilateral.source, found.reduction.source, found.good_faith.source]
    keys += [found.nonparticipating.source, found.mandatory.source, *(row.source for row in found.withheld)]
    keys += [row.source for row in found.fee] + [row.source for row in found.factor]
    keys += [row.source for row in found.part_b] + [row.source for row in found.poverty]
    keys += [row.source for row in found.slide] + [row.source for row in found.profession]
    keys += [row.source for row in found.program]
    keys += [row.source for row in found.facility_fee] + [row.source for row in found.medigap]
    for source in keys:
        cite(DATA, source, "cost.toml")
    return found
