"""The commands that change a visit, one struct each. They carry what a person entered; `apply` decides the result.

UNSET leaves a field unchanged; None (or '') empties it.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from msgspec import UNSET, UnsetType

from needlepoint.anatomy.drawing import Mark
from needlepoint.base.people import GivenDose, LocalState
from needlepoint.treatment.types import PriorCare, SteroidOrder
from needlepoint.visit.commands.base import Command
from needlepoint.visit.commands.examination import RecordMotions, RecordNeurological
from needlepoint.visit.commands.schedule import (
    AssignRoom,
    Cancel,
    CheckIn,
    FinishIntake,
    LeaveRoom,
    NoShow,
    Reinstate,
    Reschedule,
    UndoCheckIn,
)
from needlepoint.visit.commands.vials import RecordDiluent
from needlepoint.visit.facts import Spot, Visit

__all__ = [
    "AnswerPayer",
    "AnswerQuestion",
    "AssignRoom",
    "Cancel",
    "ChangeOrder",
    "CheckIn",
    "ClearFlag",
    "Command",
    "Complete",
    "DecidePrecaution",
    "EditSentence",
    "EndWithoutNeedle",
    "FinishIntake",
    "LeaveRoom",
    "NoShow",
    "OpenVial",
    "PlanSite",
    "RecordConsultation",
    "RecordDiluent",
    "RecordDischarge",
    "RecordEvent",
    "RecordGuidance",
    "RecordInjection",
    "RecordInstrument",
    "RecordMotions",
    "RecordNeurological",
    "RecordObserved",
    "RecordOutcome",
    "RecordPlanned",
    "RecordPreparation",
    "RecordResponse",
    "RecordSigns",
    "RecordTimeOut",
    "RecordTimes",
    "RecordVitals",
    "Reinstate",
    "RemovePriorCare",
    "RemoveSite",
    "RemoveVial",
    "Reopen",
    "ReportComplaint",
    "ReportDose",
    "ReportHistory",
    "ReportLab",
    "ReportLocal",
    "ReportNothing",
    "ReportPregnancy",
    "Reschedule",
    "Sign",
    "ToggleRegion",
    "Undo",
    "UndoCheckIn",
    "WithdrawInjection",
    "WriteOwnWords",
]


# What the patient reports


class ReportComplaint(Command, frozen=True, kw_only=True):
    """Drawing, words and pain (0-10), each only if entered."""

    drawing: tuple[Mark, ...] | UnsetType = UNSET
    regions: dict[str, float] | UnsetType = UNSET
    words: str | UnsetType = UNSET
    symptoms: tuple[str, ...] | UnsetType = UNSET
    pain_now: int | UnsetType | None = UNSET
    pain_worst: int | UnsetType | None = UNSET


class ToggleRegion(Command, frozen=True, kw_only=True):
    """Add a region of the chart with its pain (0-10), or remove it."""

    region: str
    intensity: int = 5


class AnswerQuestion(Command, frozen=True, kw_only=True):
    """Answer a question of the reasoning: yes, no or not_known; None removes the answer."""

    question: str
    answer: str | None


class ReportHistory(Command, frozen=True, kw_only=True):
    """Onset, and care that was tried beside the listed; no care means: asked, and nothing was tried."""

    began_on: datetime.date | UnsetType | None = UNSET
    prior_care: tuple[PriorCare, ...] | UnsetType = UNSET


class RemovePriorCare(Command, frozen=True, kw_only=True):
    """A line of prior care that was entered in error: its number from 0, and what it says."""

    number: int
    what: str


class ReportNothing(Command, frozen=True, kw_only=True):
    """Asked: no local anesthetic in the last hours, skin and everything below it intact."""


class ReportDose(Command, frozen=True, kw_only=True):
    """A drug that was given before this visit."""

    dose: GivenDose


class ReportLocal(Command, frozen=True, kw_only=True):
    """A state of the skin or below it in one region."""

    state: LocalState


class ReportPregnancy(Command, frozen=True, kw_only=True):
    """Whether the patient is pregnant, and in which week."""

    pregnant: bool
    weeks: int | None = None


class ReportLab(Command, frozen=True, kw_only=True):
    """A laboratory value: 'inr', 'platelets' or 'neutrophils' (10^9/L) or 'hba1c' (%), and the day it was measured."""

    test: str
    value: Decimal
    on: datetime.date


class AnswerPayer(Command, frozen=True, kw_only=True):
    """An answer that only the payer's policy asks for. None: not known."""

    name: str
    answer: bool | None


# Examination and plan


class RecordSigns(Command, frozen=True, kw_only=True):
    """Palpation signs of one site: sign -> present, absent or (None) not examined."""

    spot: Spot
    signs: dict[str, bool | None]


class ChangeOrder(Command, frozen=True, kw_only=True):
    """Add a site to the plan or remove it, or change its volume in mL."""

    technique: str | UnsetType = UNSET
    drug: str | UnsetType = UNSET
    concentration_percent: Decimal | UnsetType | None = UNSET
    volume_ml: Decimal | UnsetType | None = UNSET
    steroid: SteroidOrder | UnsetType | None = UNSET


class PlanSite(Command, frozen=True, kw_only=True):
    """Take a site into the plan or leave it out, or change its own volume in mL."""

    spot: Spot
    planned: bool | UnsetType = UNSET
    volume_ml: Decimal | UnsetType | None = UNSET


class RemoveSite(Command, frozen=True, kw_only=True):
    """Remove a site that was entered in error; refused once it was treated."""

    spot: Spot


class DecidePrecaution(Command, frozen=True, kw_only=True):
    """Override a precaution, with the reason."""

    rule: str
    why: str


class ClearFlag(Command, frozen=True, kw_only=True):
    """Clear a red flag, with what was found."""

    flag: str
    why: str


# Procedure


class RecordInjection(Command, frozen=True, kw_only=True):
    """One site was treated. Volume in mL; without one the planned volume was given."""

    spot: Spot
    volume_ml: Decimal | None = None
    questions_open: bool = False


class RecordPlanned(Command, frozen=True, kw_only=True):
    """Every remaining site of the plan was treated as planned."""

    questions_open: bool = False


class WithdrawInjection(Command, frozen=True, kw_only=True):
    """Withdraw the record of a treated site; refused without a reason."""

    spot: Spot
    why: str


class RecordResponse(Command, frozen=True, kw_only=True):
    """The observation at one treated site."""

    spot: Spot
    twitch: bool | UnsetType | None = UNSET
    response: str | UnsetType = UNSET
    points: int | UnsetType | None = UNSET


class OpenVial(Command, frozen=True, kw_only=True):
    """A vial of a lot was opened for this visit."""

    lot_id: int
    lot: str
    drug: str
    concentration_percent: Decimal
    vial_ml: Decimal
    single_dose: bool


class RemoveVial(Command, frozen=True, kw_only=True):
    """The last vial of a lot was recorded in error."""

    lot_id: int


class RecordGuidance(Command, frozen=True, kw_only=True):
    """Whether ultrasound guided the needle, and where the saved picture is."""

    ultrasound: bool
    picture: str = ""


class RecordTimeOut(Command, frozen=True, kw_only=True):
    """Patient, procedure, sites and side, allergies and consent were confirmed before the first needle."""


class RecordVitals(Command, frozen=True, kw_only=True):
    """Vital signs as measured now; all empty removes them."""

    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    pulse: Decimal | None = None
    respirations: Decimal | None = None
    spo2: Decimal | None = None
    temperature_f: Decimal | None = None


class RecordPreparation(Command, frozen=True, kw_only=True):
    """Position, skin preparation and approach; '' removes one."""

    position: str | UnsetType = UNSET
    skin: str | UnsetType = UNSET
    approach: str | UnsetType = UNSET


class RecordInstrument(Command, frozen=True, kw_only=True):
    """The answers of a scored questionnaire in order; all None removes it."""

    instrument: str
    answers: tuple[Decimal | None, ...]


class RecordDischarge(Command, frozen=True, kw_only=True):
    """How the patient left; '' removes it."""

    condition: str


class RecordTimes(Command, frozen=True, kw_only=True):
    """When the procedure started and ended."""

    started_at: datetime.datetime | UnsetType | None = UNSET
    ended_at: datetime.datetime | UnsetType | None = UNSET


class RecordConsultation(Command, frozen=True, kw_only=True):
    """An evaluation and management visit of the same day; an empty code removes it."""

    code: str
    own_work: str = ""
    diagnoses: tuple[str, ...] = ()


class RecordEvent(Command, frozen=True, kw_only=True):
    """An adverse event."""

    kind: str
    what: str


class RecordObserved(Command, frozen=True, kw_only=True):
    """Pain afterward (0-10) and reactions. Without `minutes_after`: the minutes since the last needle."""

    pain_after: int | UnsetType | None = UNSET
    minutes_after: int | UnsetType = UNSET
    reactions: tuple[str, ...] | UnsetType | None = UNSET


# Note


class EditSentence(Command, frozen=True, kw_only=True):
    """A sentence of the note in the clinician's own words; None restores what the record says (`instead_of`)."""

    key: str
    words: str | None
    instead_of: str = ""


class WriteOwnWords(Command, frozen=True, kw_only=True):
    """Free text of the note."""

    text: str


class EndWithoutNeedle(Command, frozen=True, kw_only=True):
    """No needle today: a consultation, a referral, or the patient declined."""

    kind: str
    words: str


class Complete(Command, frozen=True, kw_only=True):
    """Mark the visit as ready to sign."""


class Reopen(Command, frozen=True, kw_only=True):
    """Return the visit from ready-to-sign to in-room."""


class Sign(Command, frozen=True, kw_only=True):
    """Sign the note. The context lists what is still missing."""


class RecordOutcome(Command, frozen=True, kw_only=True):
    """How much a signed visit helped (percent), for how many weeks."""

    relief_percent: int | None
    relief_weeks: Decimal | None


class Undo(Command, frozen=True, kw_only=True):
    """Undo the last change: `previous` is the visit before it."""

    previous: Visit
