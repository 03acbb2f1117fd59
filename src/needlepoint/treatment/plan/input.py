"""The input of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.base.people import Clinician, Instant, Patient
from needlepoint.exam import Assessment
from needlepoint.treatment.plan.order import PlanOrder
from needlepoint.treatment.plan.practice import PracticeRules
from needlepoint.treatment.types import EarlierSession, Injection, PriorCare, TreatedSite

__all__ = ["PlanInput"]


class PlanInput(msgspec.Struct, frozen=True, kw_only=True):
    """The input of a plan. `as_of` is the instant of the session (UTC)."""

    patient: Patient
    clinician: Clinician
    assessment: Assessment
    as_of: Instant
    order: PlanOrder = PlanOrder()
    practice: PracticeRules | None = None
    earlier: Sequence[EarlierSession] | None = None
    prior_care: Sequence[PriorCare] | None = None
    pain_weeks: Decimal | None = None
    pain_nprs: Decimal | None = None
    painful: frozenset[str] = frozenset()  # region ids that hurt, by drawing and words
    told: str = ""  # the complaint in the patient's own words
    given: Sequence[Injection] = ()  # already given in this session, each with its own drug and concentration
    treated: Sequence[TreatedSite] = ()  # treated already: part of the plan whatever is examined later
