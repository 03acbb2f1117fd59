"""One episode of care as a file holds it, and what each stage of the pipeline said of it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from needlepoint.base.people import Clinician, Instant, Patient
from needlepoint.base.refusal import Fault
from needlepoint.coding import Coding, Session
from needlepoint.coverage import Determination
from needlepoint.episode.account import (
    Account,
    ClaimDraft,
    Estimated,
    Insured,
)
from needlepoint.exam import Assessment, Found
from needlepoint.exam.instruments import InstrumentAnswers, Score, ScoreChange
from needlepoint.reasoning.complaint import Case
from needlepoint.reasoning.reason import Reasoned
from needlepoint.treatment.plan.make import Plan
from needlepoint.treatment.plan.order import PlanOrder
from needlepoint.treatment.plan.practice import PracticeRules
from needlepoint.treatment.scope.rules import Scope
from needlepoint.treatment.types import DoseCheck, EarlierSession, PriorCare

__all__ = ["Cleared", "Episode", "EpisodeResult", "Pain"]


class Pain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long it has hurt (weeks) and how much (0-10) now and at its worst."""

    weeks: Decimal | None = None
    now_nprs: Decimal | None = None
    worst_nprs: Decimal | None = None


class Cleared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A red flag that a clinician has looked into: which, who, and what was found."""

    flag: str
    by: str
    why: str
    profession: str | None = None  # of the person; without a licensed one nothing is cleared


class Episode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file of an episode. `complaint` is in the case format; everything else may still be missing."""

    id: str
    title: str = ""
    as_of: Instant | None = None  # when the session is, with its time zone
    patient: Patient = Patient()
    clinician: Clinician = Clinician()
    practice: PracticeRules | None = None
    complaint: Case
    pain: Pain = Pain()
    cleared: list[Cleared] = []
    findings: list[Found] | None = None
    scores: list[InstrumentAnswers] = []
    prior_care: list[PriorCare] | None = None
    earlier_sessions: list[EarlierSession] | None = None
    plan: PlanOrder | None = None
    session: Session | None = None  # what was done
    insured: Insured | None = None
    account: Account | None = None  # who bills whom at which prices


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it goes no further, or what is missing, as a person reads it."""

    id: str
    en: str
    es: str


class EpisodeResult(msgspec.Struct, frozen=True, kw_only=True):
    """What each stage said. `session` is what coding, coverage and price speak of.

    `stopped` names why the walk went no further, `next` what the file would need for it. `dose` counts what was given
    and what is still planned; without a plan what was given alone.
    """

    id: str
    title: str
    reasoned: Reasoned
    assessment: Assessment | None
    scores: tuple[tuple[Score, ScoreChange | None], ...]
    plan: Plan | None
    dose: DoseCheck | None
    planned: bool  # what follows is of the plan, as nothing was done yet
    session: Session | None
    coding: Coding | None
    scopes: tuple[Scope, ...]  # what the state's law says of each act of the session
    determination: Determination | None
    estimate: Estimated | None
    claim: ClaimDraft | None
    unpriced: tuple[Fault, ...]  # why there is no price, which codes, cover and claim do not wait for
    stopped: Stop | None
    next: Stop | None
