"""The people of an episode as the core sees them. A field that is None is not known: it is never read as 'no'."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

Sex = Literal["female", "male", "intersex"]
Instant = Annotated[datetime.datetime, msgspec.Meta(tz=True)]  # an instant says its time zone

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

# What may be there at one place of the body. Each state has a precaution in treatment/data.
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
    """What the patient reacted to, and how."""

    substance: str
    reaction: str | None = None
    confirmed: bool | None = None


class Medicine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A medicine that the patient takes, in the words of the list; `inr` only for warfarin."""

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
    """What an entry of a list means that the program did not understand, as somebody answered it.

    `means`: known (`entry` is the known name that is meant), harmless (it changes nothing here), or matters (`how`
    says in words what to mind). `text` is the entry as it was written. Only a clinician who may decide answers: the
    practice's front desk cannot make a medicine harmless.
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
    """The facts of a patient that the reasoning and the plan rest on."""

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
    local: list[LocalState] | None = None  # [] means: looked, and the skin and all below it is sound
    hba1c_percent: Decimal | None = None
    platelets_10e9_l: int | None = None
    neutrophils_10e9_l: Decimal | None = None
    blood_count_on: datetime.date | None = None  # the day of the two counts
    meanings: list[Meaning] = []  # answers about entries that the program does not know
    language: str = "en"


class Clinician(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who would do it, where, and on what credentials."""

    name: str | None = None
    profession: str | None = None  # physician, physician_assistant, nurse_practitioner, acupuncturist, ...
    state: str | None = None  # two letters
    credentials: list[str] = []  # e.g. 'acupuncture_certificate', 'dry_needling_endorsement'
