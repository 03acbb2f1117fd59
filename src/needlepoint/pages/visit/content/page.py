"""The template context of the board, typed: its header, the three lanes, and the follow-up of a signed visit."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import msgspec

from needlepoint.coverage import Determination
from needlepoint.documents.notes.write import ConsentGiven
from needlepoint.episode.types import EpisodeResult
from needlepoint.outcomes import Course
from needlepoint.outcomes.ask import Moment
from needlepoint.pages.visit.content.examination import Examination
from needlepoint.pages.visit.content.muscles import MuscleRow
from needlepoint.pages.visit.content.statements import SafetyFact, SaidRow, SiteWords
from needlepoint.reasoning.reason import Reasoned
from needlepoint.reasoning.triage import RuleOut
from needlepoint.reasoning.types import OtherCause
from needlepoint.records.models import FollowUpSurvey, Intake, Lot, Patient, Visit
from needlepoint.records.notes.sign import NoteDraft
from needlepoint.records.visit.evaluate import VisitEvaluation
from needlepoint.treatment.plan.make import Plan
from needlepoint.treatment.plan.sites import PlannedSite
from needlepoint.visit.derive import DrugTotal
from needlepoint.visit.facts import Checked, Cleared, Given, TimeOut, VitalSigns

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

__all__ = [
    "After",
    "Bedside",
    "BoardEntry",
    "BoardHeader",
    "BoardPage",
    "ExamLane",
    "Flag",
    "InstrumentRow",
    "Meter",
    "NoteLane",
    "PlanLane",
    "PlannedRow",
]


class BoardHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The patient and the evaluated visit."""

    visit: Visit
    patient: Patient
    age: int
    lang: str
    mine: bool
    slots: tuple[SafetyFact, ...]
    thought: VisitEvaluation
    walked: EpisodeResult | None
    plan: Plan | None
    cannot: tuple[str, ...]


class Flag(msgspec.Struct, frozen=True):
    """A red flag, and who has cleared it."""

    id: str
    title: str
    urgency: str
    because: str
    cleared: Cleared | None


class BoardEntry(msgspec.Struct, frozen=True):
    """A listed region, or the muscle to palpate next and how."""

    id: str
    name: str
    how: str = ""


class ExamLane(msgspec.Struct, frozen=True, kw_only=True):
    """What was reported, its possible causes, and the muscles to examine."""

    flags: tuple[Flag, ...]
    reasoned: Reasoned | None
    rule_out: tuple[RuleOut, ...]
    others: tuple[tuple[OtherCause, str], ...]
    unexplained: str
    answered: tuple[tuple[str, str, str], ...]
    next: BoardEntry | None
    rows: tuple[MuscleRow, ...]
    overlay: str
    marks: str
    listed_regions: tuple[BoardEntry, ...]
    intake: Intake | None
    told_at_home: tuple[tuple[str, str], ...]
    examination: Examination


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """The dose against its limits: the total percent, and by drug the mg, the limit, and its percent."""

    verdict: str
    because: str
    share: int | None
    bar: int | None
    shares: tuple[tuple[str, str, str, int], ...]
    ml: str
    ask: str | None


class PlannedRow(msgspec.Struct, frozen=True):
    """A planned site: how it is needled, and what was given there."""

    site: PlannedSite
    name: str
    given: Given | None
    how: SiteWords


class InstrumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A questionnaire of the board: its items with the answers so far, and the score."""

    id: str
    title: str
    low: str
    high: str
    items: tuple[tuple[int, str, str], ...]
    score: str


class BeforeNeedle(msgspec.Struct, frozen=True, kw_only=True):
    """Why no needle is possible yet ('' if it is), and what a time-out confirms: label, value.

    `confirms_clear`: skin and recent anesthetics were not asked yet, so that the time-out confirms them as well.
    """

    hold: str
    needs_consent: bool
    confirm: tuple[tuple[str, str], ...]
    confirms_clear: bool


class DilutionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A solution that was diluted: as given, of which vial, the mL that follow, and what is on record."""

    drug: str
    given: str
    vial: str
    ml: str
    what: str


class Bedside(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded around the needle, and what can be chosen."""

    time_outs: tuple[TimeOut, ...]
    before: BeforeNeedle
    vitals: VitalSigns | None
    vital_fields: tuple[tuple[str, str, str], ...]
    chosen: tuple[tuple[str, str, tuple[tuple[str, str], ...], str], ...]
    dilutions: tuple[DilutionRow, ...]
    diluents: tuple[tuple[str, str], ...]
    discharge: str
    discharges: tuple[tuple[str, str], ...]
    instruments: tuple[InstrumentRow, ...]


class PlanLane(msgspec.Struct, frozen=True, kw_only=True):
    """What is planned, and what was done."""

    said: tuple[SaidRow, ...]
    said_low: tuple[SaidRow, ...]
    unasked: bool
    checked: Checked
    safety_local: tuple[StrPromise | str, ...]
    local_states: tuple[tuple[str, StrPromise], ...]
    dose: Meter | None
    techniques: dict[str, StrPromise]
    planned: tuple[PlannedRow, ...]
    all_open: bool
    any_given: bool
    drugs: tuple[str, ...]
    formulary: tuple[str, ...]
    lots: tuple[Lot, ...]
    recalled: tuple[str, ...]  # lots of opened vials
    totals: tuple[DrugTotal, ...]
    relief_now: int | None
    observed_from: datetime.datetime | None
    recorded_early: int | None
    bedside: Bedside
    codes: tuple[str, ...]
    scale: range
    zone: str


class NoteLane(msgspec.Struct, frozen=True, kw_only=True):
    """The note, and what the payer asks for."""

    consent: ConsentGiven | None
    note: NoteDraft | None
    determination: Determination | None
    payer_asks: tuple[tuple[str, StrPromise, bool | None], ...]


class BoardPage(msgspec.Struct, frozen=True):
    """The whole board of a visit."""

    head: BoardHeader
    exam: ExamLane
    plan: PlanLane
    note: NoteLane

    def context(self, notice: str = "") -> dict[str, object]:
        """Return the context of the templates, by name."""
        found: dict[str, object] = {"notice": notice}
        for part in (self.head, self.exam, self.plan, self.note):
            found |= msgspec.structs.asdict(part)
        return found


class After(msgspec.Struct, frozen=True, kw_only=True):
    """The follow-up of a signed visit."""

    treated: bool
    answers: tuple[tuple[Moment, FollowUpSurvey], ...]
    course: Course
