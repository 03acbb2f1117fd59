"""The people of an episode in the core. A field that is None is unknown, never 'no'."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

Sex = Literal["female", "male", "intersex"]
Instant = Annotated[datetime.datetime, msgspec.Meta(tz=True)]  # an instant requires its time zone

__all__ = [
    "Allergy",
    "Clinician",
    "GivenDose",
    "Instant",
    "LocalState",
    "LocalWhat",
    "Meaning",
    "Medicine",
    "Patient",
    "Sex",
]

# States of one place of the body. Each has a precaution in treatment/data.
LocalWhat = Literal[
    "infection",
    "broken_skin",
    "rash",
    "lump",
    "malignancy",
    "implant",
    "breast_implant",
    "device",
    "hardware",
    "lymphedema",
    "node_dissection",
    "dialysis_access",
    "acute_injury",
    "recent_surgery",
    "irradiated",
]


class Allergy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An allergen, and the reaction."""

    substance: str
    reaction: str | None = None
    confirmed: bool | None = None


class Medicine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A medicine of the patient, in the words of the list; `inr` only for warfarin."""

    name: str
    last_taken: Instant | None = None
    inr: Decimal | None = None
    inr_on: datetime.date | None = None


class GivenDose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drug already given (here or elsewhere). `dose_mg` in milligrams, `at` in UTC."""

    drug: str
    dose_mg: Decimal
    at: Instant
    with_epinephrine: bool = False
    site: str | None = None


class LocalState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something about one place of the body: `what` (infection, implant, lump, ...) and the region of the chart."""

    what: LocalWhat
    region: str


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The meaning of an unknown entry of a list, as somebody answered it.

    `means`: known (`entry` is the known name), harmless (no effect here), or matters (`how` says in words what to
    watch). `text` is the entry as written. Only a clinician with the right to decide answers: the front desk cannot
    make a medicine harmless.
    """

    kind: Literal["medicine", "condition", "allergy"]
    text: str
    means: Literal["known", "harmless", "matters"]
    entry: str | None = None
    how: str | None = None
    by: str
    profession: str | None = None  # of that person
    on: datetime.date


class Patient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The facts of a patient for the reasoning and the plan."""

    id: str | None = None
    age_years: int | None = None
    sex: Sex | None = None
    weight_kg: Decimal | None = None
    height_cm: Decimal | None = None
    pregnant: bool | None = None
    pregnancy_weeks: int | None = None
    allergies: list[Allergy] | None = None
    conditions: list[str] | None = None
    medicines: list[Medicine] | None = None
    given: list[GivenDose] | None = None  # local anesthetic and steroid given before
    local: list[LocalState] | None = None  # []: examined, and the skin and all below it is intact
    hba1c_percent: Decimal | None = None
    platelets_10e9_l: int | None = None
    neutrophils_10e9_l: Decimal | None = None
    blood_count_on: datetime.date | None = None  # the day of the two counts
    meanings: list[Meaning] = []  # answers about unknown entries
    language: str = "en"


class Clinician(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The clinician, the state, and the credentials."""

    name: str | None = None
    profession: str | None = None  # physician, physician_assistant, nurse_practitioner, acupuncturist, ...
    state: str | None = None  # two letters
    credentials: list[str] = []  # e.g. 'acupuncture_certificate', 'dry_needling_endorsement'
