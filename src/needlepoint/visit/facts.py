"""The facts of one visit. Every value is immutable and stored once; totals are derived (see `derive`).

Milligrams are never stored: they follow from the strength and the volume of each `Given`. Instants are in UTC;
the date of service is the day of `starts_at` in the practice's time zone.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from needlepoint.anatomy.drawing import Mark
from needlepoint.base.people import GivenDose, LocalState
from needlepoint.exam.motion import MotionFinding
from needlepoint.reasoning.types import NeuroFinding
from needlepoint.treatment.precautions.check import PrecautionDecision
from needlepoint.treatment.types import PriorCare, SteroidOrder
from needlepoint.visit.facts_vials import Diluent, Vial

__all__ = [
    "EVENTS",
    "MINUTES_AFTER",
    "OPEN",
    "SIGNS",
    "AnsweredInstrument",
    "Checked",
    "Cleared",
    "Consultation",
    "Diluent",
    "Event",
    "Facts",
    "Given",
    "Guidance",
    "NoteText",
    "Observed",
    "Ordered",
    "Outcome",
    "PainHistory",
    "Preparation",
    "Reported",
    "Signs",
    "Site",
    "Spot",
    "State",
    "TimeOut",
    "Vial",
    "Visit",
    "VitalSigns",
    "Withdrawn",
    "WithoutNeedle",
]

# The kinds of adverse event; pages have their words.
MINUTES_AFTER = 15  # after the last needle, pain is asked again
EVENTS = ("faint", "bleeding", "allergy", "toxicity", "breathless", "nerve", "needle", "other")


class State(Enum):
    """The state of a visit."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    INTAKE_DONE = "intake_done"
    IN_ROOM = "in_room"
    TO_SIGN = "to_sign"
    DONE = "done"  # signed
    CANCELED = "canceled"
    NO_SHOW = "no_show"


OPEN = frozenset({State.BOOKED, State.ARRIVED, State.INTAKE_DONE, State.IN_ROOM, State.TO_SIGN})


class Spot(NamedTuple):
    """One muscle on one side ('left', 'right', 'midline'), at one of its trigger points or ('') as a whole."""

    muscle: str
    side: str
    point: str = ""


class Signs(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What palpation found. None: not examined."""

    taut_band: bool | None = None
    tender_spot: bool | None = None
    familiar_pain: bool | None = None
    referred_pain: bool | None = None
    twitch: bool | None = None

    @property
    def recorded(self) -> bool:
        """Return whether any sign was examined."""
        return any(getattr(self, name) is not None for name in SIGNS)


SIGNS = Signs.__struct_fields__


class Given(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one site received: the only place where a dose is stored. Dry needling has neither drug nor volume."""

    technique: str
    at: datetime.datetime
    by: str
    drug: str = ""
    concentration_percent: Decimal | None = None
    volume_ml: Decimal | None = None
    steroid: str = ""
    steroid_mg: Decimal | None = None
    lot: str = ""
    needle: str = ""
    questions_open: bool = False  # given although the plan still had open questions
    twitch: bool | None = None
    response: str = ""
    points: int | None = None  # how many points of the muscle were needled; None: not recorded

    @property
    def dose_mg(self) -> Decimal:
        """Return milligrams of the local anesthetic at this site; 1% is 10 mg/mL."""
        if not self.drug or self.concentration_percent is None or self.volume_ml is None:
            return Decimal(0)
        return self.concentration_percent * 10 * self.volume_ml


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawn record of an injection: its content, who withdrew it, when and why."""

    given: Given
    by: str
    at: datetime.datetime
    why: str


class Site(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One muscle on one side from suspicion to treatment.

    `planned` None: planned if the examination qualifies it; True and False are the clinician's own decision.
    """

    spot: Spot
    signs: Signs = Signs()
    planned: bool | None = None
    volume_ml: Decimal | None = None
    given: Given | None = None
    withdrawn: tuple[Withdrawn, ...] = ()


class Reported(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the patient reports: the drawing, regions chosen from the list (0-10), own words, pain 0-10."""

    drawing: tuple[Mark, ...] = ()
    regions: dict[str, float] = {}
    words: str = ""
    symptoms: tuple[str, ...] = ()  # lines of the checklist of warning signs that were confirmed
    pain_now: int | None = None
    pain_worst: int | None = None
    answers: dict[str, str] = {}  # question of the reasoning -> yes, no, not_known

    @property
    def told(self) -> bool:
        """Return whether any place of pain is reported."""
        return bool(self.drawing or self.regions or self.words or self.symptoms)


class Checked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answers asked before each needle. None: not asked in this visit."""

    given: tuple[GivenDose, ...] | None = None
    local: tuple[LocalState, ...] | None = None
    pregnant: bool | None = None
    pregnancy_weeks: int | None = None
    platelets_10e9_l: int | None = None
    neutrophils_10e9_l: Decimal | None = None
    blood_count_on: datetime.date | None = None
    hba1c_percent: Decimal | None = None
    inr: Decimal | None = None
    inr_on: datetime.date | None = None


class Ordered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The clinician's order for the whole visit; the plan proposes the rest."""

    technique: str = ""
    drug: str = ""
    concentration_percent: Decimal | None = None
    volume_ml: Decimal | None = None
    steroid: SteroidOrder | None = None
    decided: tuple[PrecautionDecision, ...] = ()


class Cleared(msgspec.Struct, frozen=True):
    """A red flag that a clinician has cleared: which, who, and what was found."""

    flag: str
    by: str
    why: str
    profession: str | None = None


class Guidance(msgspec.Struct, frozen=True):
    """Whether ultrasound guided the needle, and where the saved picture is."""

    ultrasound: bool
    picture: str = ""


class Consultation(msgspec.Struct, frozen=True):
    """An evaluation and management visit: its code, the separate work that the note shows, ICD-10-CM diagnoses."""

    code: str
    own_work: str = ""
    diagnoses: tuple[str, ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An adverse event: its kind, what happened and was done, when, and who recorded it."""

    kind: str
    what: str
    at: datetime.datetime
    by: str


class TimeOut(msgspec.Struct, frozen=True, kw_only=True):
    """The pause before a needle in which patient, procedure, sites and side, allergies and consent are confirmed.

    `sites`, `technique` and `drug`: what was planned at that moment. What is added or changed later needs a time-out
    of its own. An older version stored no technique.
    """

    by: str
    at: datetime.datetime
    sites: tuple[Spot, ...] = ()
    technique: str = ""
    drug: str = ""
    concentration_percent: Decimal | None = None


class VitalSigns(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Vital signs as measured: mmHg, per minute, percent, degrees Fahrenheit. None: not measured."""

    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    pulse: Decimal | None = None
    respirations: Decimal | None = None
    spo2: Decimal | None = None
    temperature_f: Decimal | None = None
    at: datetime.datetime
    by: str


class Preparation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The patient's position, the skin preparation, the approach; ids of `data/preparation.toml`."""

    position: str = ""
    skin: str = ""
    approach: str = ""


class AnsweredInstrument(msgspec.Struct, frozen=True, kw_only=True):
    """A questionnaire with its answers in order; the score follows from them (`exam.instruments`)."""

    instrument: str
    answers: tuple[Decimal | None, ...]
    at: datetime.datetime
    by: str


class Observed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The patient's state after treatment. `reactions` None: not assessed; empty: no adverse reaction.

    `minutes_after`: minutes from the last needle until the pain was recorded; no more are stored than had passed.
    """

    pain_after: int | None = None
    minutes_after: int = MINUTES_AFTER
    reactions: tuple[str, ...] | None = None
    events: tuple[Event, ...] = ()
    discharge: str = ""  # how the patient left: an id of `data/preparation.toml`


class WithoutNeedle(msgspec.Struct, frozen=True):
    """Why a visit ends without a needle (consultation, referral, declined), in the clinician's words."""

    kind: str
    words: str


class NoteText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The clinician's own words in the note. `edits`: sentence key -> replacement ('' leaves it out).

    `edited_from`: what the record said when a sentence was edited; if that has changed, the edit is stale.
    """

    own_words: str = ""
    edits: dict[str, str] = {}
    edited_from: dict[str, str] = {}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How much a visit helped (percent) and for how long (weeks), as asked by a clinician later."""

    relief_percent: int | None = None
    relief_weeks: Decimal | None = None
    by: str
    on: datetime.date


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything known of a visit besides its schedule and its sites."""

    reported: Reported = Reported()
    checked: Checked = Checked()
    ordered: Ordered = Ordered()
    cleared: tuple[Cleared, ...] = ()
    payer_answers: dict[str, bool] = {}
    vials: tuple[Vial, ...] = ()
    diluents: tuple[Diluent, ...] = ()
    time_out: TimeOut | None = None
    added_time_outs: tuple[TimeOut, ...] = ()  # for sites that were added after the first needle
    vitals: VitalSigns | None = None
    neurological: tuple[NeuroFinding, ...] = ()
    motions: tuple[MotionFinding, ...] = ()
    preparation: Preparation | None = None
    instruments: tuple[AnsweredInstrument, ...] = ()
    guidance: Guidance | None = None
    consultation: Consultation | None = None
    started_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    observed: Observed = Observed()
    without_needle: WithoutNeedle | None = None
    note: NoteText = NoteText()
    outcome: Outcome | None = None
    canceled_because: str = ""


class PainHistory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Onset, and care that was tried before. It belongs to the episode: each of its visits shows the same.

    `prior_care` None: not asked; empty: asked, and nothing was tried.
    """

    began_on: datetime.date | None = None
    prior_care: tuple[PriorCare, ...] | None = None


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit. `clinician` and `place` are the record's own numbers; `zone` is the practice's time zone."""

    zone: str
    starts_at: datetime.datetime
    minutes: int
    clinician: int
    place: int
    state: State = State.BOOKED
    room: str = ""
    arrived_at: datetime.datetime | None = None
    moved: int = 0
    facts: Facts = Facts()
    history: PainHistory = PainHistory()
    sites: tuple[Site, ...] = ()

    @property
    def day(self) -> datetime.date:
        """Return the date of service: the day in the practice's time zone."""
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def treated(self) -> tuple[Site, ...]:
        """Return the sites that were injected or needled, in the order of treatment."""
        done = [site for site in self.sites if site.given is not None]
        return tuple(sorted(done, key=lambda site: site.given.at if site.given else self.starts_at))

    def site(self, spot: Spot) -> Site | None:
        """Return the site at a spot."""
        return next((site for site in self.sites if site.spot == spot), None)
