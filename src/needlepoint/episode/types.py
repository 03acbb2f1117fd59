"""One episode of care as in a file, and the result of each stage of the pipeline."""

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
    """A red flag that a clinician has cleared: which, who, and what was found."""

    flag: str
    by: str
    why: str
    profession: str | None = None  # of the person; only a licensed one can clear it


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
    """Why it stops, or what is missing, for people."""

    id: str
    en: str
    es: str


class EpisodeResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of each stage. `session` is the basis of coding, coverage and price.

    `stopped` is why the evaluation stopped, `next` what the file would need next. `dose` counts what was given and what
    is still planned; without a plan only what was given.
    """

    id: str
    title: str
    reasoned: Reasoned
    assessment: Assessment | None
    scores: tuple[tuple[Score, ScoreChange | None], ...]
    plan: Plan | None
    dose: DoseCheck | None
    planned: bool  # the following is based on the plan, because nothing was done yet
    session: Session | None
    coding: Coding | None
    scopes: tuple[Scope, ...]  # the state's law on each act of the session
    determination: Determination | None
    estimate: Estimated | None
    claim: ClaimDraft | None
    unpriced: tuple[Fault, ...]  # why there is no price; codes, coverage and claim do not depend on it
    stopped: Stop | None
    next: Stop | None
