"""The input of a precaution: the patient, the technique, the drugs and the sites of one planned session."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.load import split_region
from needlepoint.anatomy.types import Hazard, Muscle, Needling, TriggerPoint
from needlepoint.base.people import Patient
from needlepoint.treatment.lists.entries import Lists, read_lists
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.precautions.traits import load_traits
from needlepoint.treatment.types import EarlierSession

__all__ = ["NeedledSite", "SiteVolume", "Situation", "bmi_of"]


class NeedledSite(msgspec.Struct, frozen=True):
    """One site to be needled: the muscle of the atlas, the side, and the point (None: the usual one)."""

    muscle: Muscle
    side: str
    point: str | None = None

    @property
    def trigger_point(self) -> TriggerPoint:
        """Return the trigger point."""
        return self.muscle.point(self.point) if self.point else self.muscle.usual_point

    @property
    def needling(self) -> Needling:
        """Return how the point is reached."""
        return self.muscle.needling_at(self.trigger_point)

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """Return what the needle must avoid there, the most severe first."""
        return self.muscle.hazards_at(self.trigger_point)

    @property
    def traits(self) -> frozenset[str]:
        """Return the kinds of place it is (`data/traits.toml`)."""
        return _traits_of(self.muscle.id, self.trigger_point.id)

    @property
    def guidance(self) -> str:
        """Return the need for ultrasound: by the atlas, and required where a short needle cannot pass the pleura."""
        rule, needling = load_defaults().needles, self.needling
        beyond = "pleura" in self.traits and needling.depth_mm[0] + rule.spare_mm > rule.pleura_most_mm
        return "required" if beyond else needling.guidance

    @property
    def regions(self) -> frozenset[str]:
        """Return the region ids that overlie it."""
        sides = (self.side, "mid") if self.side in ("left", "right") else ("left", "right", "mid")
        return frozenset(f"{side}_{plain}" for side in sides for plain in self.muscle.lies_in)

    @property
    def felt_in(self) -> frozenset[str]:
        """Return the plain regions in which pain from this muscle may be felt: its own area and its referral zones."""
        return _felt_in(self.muscle.id)


@lru_cache(maxsize=256)
def _felt_in(muscle_id: str) -> frozenset[str]:
    muscle = load_atlas().muscles[muscle_id]
    zones = [key for point in muscle.points for key in (*point.essential, *point.spill)]
    area = [row.id for row in load_atlas().regions.values() if row.body_area == muscle.body_area]
    return frozenset((*muscle.lies_in, *area, *(split_region(key)[1] for key in zones)))


@lru_cache(maxsize=1024)
def _traits_of(muscle_id: str, point_id: str) -> frozenset[str]:
    """Return the traits of one point, cached: a plan needs them hundreds of times."""
    muscle = load_atlas().muscles[muscle_id]
    point = muscle.point(point_id)
    return frozenset(id_ for id_, trait in load_traits().items() if trait.fits(muscle, point))


class SiteVolume(msgspec.Struct, frozen=True):
    """The volume of a site against the largest of its point: in words of both languages, and how many times as much."""

    words: str
    words_es: str
    ratio: Decimal


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a condition of a rule may check."""

    patient: Patient
    technique: str  # wet, saline, dry
    spots: tuple[NeedledSite, ...]
    as_of: datetime.date
    drugs: tuple[str, ...] = ()
    drug_classes: tuple[str, ...] = ()
    epinephrine: bool = False
    steroid: str | None = None
    steroid_holds: tuple[str, ...] = ()  # preservatives and carriers of the steroid's product
    particulate: bool = False
    guidance: frozenset[str] = frozenset()
    ultrasound: bool | None = None  # whether the practice has it
    credentials: frozenset[str] = frozenset()  # of the clinician
    widespread: bool = False
    earlier: Sequence[EarlierSession] | None = None
    over_volume: tuple[SiteVolume, ...] = ()
    painful: frozenset[str] = frozenset()  # the painful regions, by drawing and words; empty: unknown
    told: str = ""  # the complaint in the patient's own words
    read: Lists | None = None

    @property
    def lists(self) -> Lists:
        """Return the patient's lists, interpreted."""
        return self.read or read_lists(self.patient, self.as_of)


def bmi_of(patient: Patient) -> Decimal | None:
    """Return weight in kg divided by the square of the height in m; None when one of them is unknown."""
    if patient.weight_kg is None or patient.height_cm is None:
        return None
    return patient.weight_kg / (patient.height_cm / 100) ** 2
