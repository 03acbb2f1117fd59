"""What a determination is made from, and what it says. None means: nobody entered it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import Enum

import msgspec

from needlepoint.knowledge import Certainty, Citation

__all__ = ["Determination", "Earlier", "Facts", "RuleVerdict", "Verdict"]


class Verdict(Enum):
    """The three values of a determination and of each rule."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    NOT_KNOWN = "not_known"


class Earlier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A session before: when, which places (muscle and side), and how it went."""

    on: datetime.date
    places: list[tuple[str, str]] = []
    relief_percent: int | None = None
    relief_weeks: Decimal | None = None
    function_improved: bool | None = None
    same_scale: bool | None = None


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The record as a policy reads it. `diagnoses` in claim order; `earlier` None: nobody asked."""

    on: datetime.date
    payer: str
    state: str | None = None
    act: str = "injection"  # injection, dry_needling
    diagnoses: list[str] | None = None
    signs: int | None = None  # signs of a trigger point that were found
    places: list[tuple[str, str]] = []
    regions: int | None = None
    pain_weeks: Decimal | None = None
    care_weeks: Decimal | None = None
    care_failed: bool | None = None
    movement_limited: bool | None = None
    diagnostic: bool | None = None
    in_program: bool | None = None
    other_block: bool | None = None
    specific_cause: bool | None = None
    codes: list[str] | None = None
    drug_on_claim: bool | None = None
    documented: list[str] | None = None
    earlier: list[Earlier] | None = None


class RuleVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: what it asks, what the record shows, and what would mend it. `lines`: which questions it puts."""

    rule: str
    lines: tuple[str, ...]
    asks: str
    asks_es: str
    verdict: Verdict
    shows: str
    turn: str
    note: str
    citations: tuple[Citation, ...]
    certainty: Certainty


class Determination(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one payer on one day. It is no promise of payment."""

    verdict: Verdict
    policy: str | None
    title: str
    contractor: str | None
    lcd: str | None
    rules: tuple[RuleVerdict, ...]
    turn: tuple[str, ...]  # the shortest list of things that would turn it
    notice: str | None  # what the patient must sign before, when not covered
    because: str
