"""Input and output of a determination. None means: not entered."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import Enum

import msgspec

from needlepoint.base.knowledge import Certainty, Citation

__all__ = [
    "AddedModifier",
    "CoverageFacts",
    "CoverageVerdict",
    "Determination",
    "Earlier",
    "LineVerdict",
    "RuleVerdict",
]


class CoverageVerdict(Enum):
    """The three values of a determination and of each rule."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    NOT_KNOWN = "not_known"


class Earlier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An earlier session: when, which act (None: unknown), which places (muscle and side), and the response.

    `function_percent`: by how much a validated scale of function improved.
    """

    on: datetime.date
    act: str | None = None
    places: list[tuple[str, str]] = []
    relief_percent: int | None = None
    relief_weeks: Decimal | None = None
    function_improved: bool | None = None
    function_percent: int | None = None
    same_scale: bool | None = None


class CoverageFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The record as a policy reads it. `diagnoses` in claim order; `earlier` None: not asked.

    `pointed`: the diagnoses at which the procedure's own line points; None: all of them. `state_allows`: whether the
    state allows it to this clinician; `improving`: whether the patient demonstrably improves. `nodule`: a tender nodule
    or band was palpated; `routine`: given by schedule and not by findings; `county` where one splits a state.
    """

    on: datetime.date
    payer: str
    state: str | None = None
    county: str | None = None
    act: str = "injection"  # injection, dry_needling
    profession: str | None = None
    credentials: list[str] | None = None
    state_allows: bool | None = None
    improving: bool | None = None
    diagnoses: list[str] | None = None
    pointed: list[str] | None = None
    signs: int | None = None  # signs of a trigger point that were found
    nodule: bool | None = None
    places: list[tuple[str, str]] = []
    regions: int | None = None
    pain_weeks: Decimal | None = None
    care_weeks: Decimal | None = None
    care_failed: bool | None = None
    movement_limited: bool | None = None
    diagnostic: bool | None = None
    in_program: bool | None = None
    other_block: bool | None = None
    routine: bool | None = None
    specific_cause: bool | None = None
    codes: list[str] | None = None
    drug_on_claim: bool | None = None
    documented: list[str] | None = None
    earlier: list[Earlier] | None = None


class RuleVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: what it requires, what the record shows, and what would correct it. `lines`: its conditions.

    `codes`: the only codes that the rule decides; empty: it decides the session.
    """

    rule: str
    lines: tuple[str, ...]
    asks: str
    asks_es: str
    verdict: CoverageVerdict
    shows: str
    turn: str
    note: str
    citations: tuple[Citation, ...]
    certainty: Certainty
    codes: tuple[str, ...] = ()
    excluded: bool = False  # the law itself leaves it out: no notice decides


class LineVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The policy's verdict on one code. `verdict` None: the policy does not mention it (a visit, for example)."""

    code: str
    verdict: CoverageVerdict | None
    because: str
    excluded: bool = False


class AddedModifier(msgspec.Struct, frozen=True, kw_only=True):
    """A modifier that the payer requires on a line."""

    code: str
    modifier: str
    because: str
    citations: tuple[Citation, ...]
    certainty: Certainty


class Determination(msgspec.Struct, frozen=True, kw_only=True):
    """The determination of one payer on one day. It is not a promise of payment.

    `verdict` is that of the procedure; `lines` has every code, because a rule on guidance decides only the guidance.
    """

    verdict: CoverageVerdict
    policy: str | None
    title: str
    contractor: str | None
    lcd: str | None
    rules: tuple[RuleVerdict, ...]
    turn: tuple[str, ...]  # the shortest list of changes that would turn it
    notice: str | None  # what the patient must sign before, when not covered
    because: str
    lines: tuple[LineVerdict, ...] = ()
    modifiers: tuple[AddedModifier, ...] = ()

    def of(self, code: str) -> CoverageVerdict | None:
        """Return the verdict of one code; that of the session for a code without its own."""
        return next((line.verdict for line in self.lines if line.code == code), self.verdict)

    @property
    def not_covered(self) -> tuple[str, ...]:
        """Return the codes that are not covered."""
        return tuple(line.code for line in self.lines if line.verdict is CoverageVerdict.NOT_COVERED)

    @property
    def excluded(self) -> tuple[str, ...]:
        """The codes that the law itself leaves out."""
        return tuple(line.code for line in self.lines if line.excluded)
