"""Defaults when nothing else is ordered: techniques in order, volumes, needles, follow-up, conservative care."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, cite, read_toml, rows
from needlepoint.treatment.precautions.traits import DATA

__all__ = ["TechniqueDefaults", "TechniqueRow", "VialSize", "load_defaults", "load_vials"]


class TechniqueRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One technique: its act in the law, and why it is chosen."""

    id: str
    en: str
    es: str
    act: str
    why_en: str
    why_es: str
    certainty: Certainty
    source: list[str]


class SiteDose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The default for one site: drug, concentration, volume, and the allowed range in mL."""

    drug: str
    concentration_percent: Decimal
    volume_ml: Decimal
    least_volume_ml: Decimal
    most_volume_ml: Decimal
    implausible_ml: Decimal
    weaker_why_en: str
    weaker_why_es: str
    certainty: Certainty
    source: list[str]


class Needles(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Available lengths, and how one is chosen."""

    standard_mm: list[int]
    spare_mm: int
    pleura_most_mm: int
    filament_mm: tuple[Decimal, Decimal]
    fine_gauge: int
    fine_most_mm: int
    fine_deep_gauge: int
    blind_most_mm: int
    certainty: Certainty
    source: list[str]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The factor on the planning depth up to a body mass index, by area of the body."""

    bmi_below: Decimal
    trunk: Decimal
    limb: Decimal
    head: Decimal
    certainty: Certainty
    source: list[str]


class FollowUpDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days from the session to each survey, and to the earliest repeat."""

    days: list[int]
    earliest_repeat_days: int
    certainty: Certainty
    source: list[str]


class ConservativeCare(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When less invasive care comes first."""

    least_weeks: int
    severe_nprs: int
    least_care_weeks: int
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class TechniqueDefaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The defaults of `data/technique.toml`."""

    technique: list[TechniqueRow]
    defaults: SiteDose
    needles: Needles
    body: list[Body]
    follow_up: FollowUpDays
    waiting: ConservativeCare


class VialSize(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One vial size on the market."""

    drug: str
    concentration_percent: Decimal
    volume_ml: Decimal
    kind: str
    certainty: Certainty = Certainty.SEEN
    source: list[str] = []


@lru_cache(maxsize=1)
def load_defaults() -> TechniqueDefaults:
    """Return the rows of `data/technique.toml`, each with its source."""
    found = msgspec.convert(read_toml(DATA / "technique.toml"), TechniqueDefaults)
    sources = [row.source for row in found.technique] + [row.source for row in found.body]
    sources += [found.defaults.source, found.needles.source, found.follow_up.source, found.waiting.source]
    for keys in sources:
        cite(DATA, keys, "technique.toml")
    return found


@lru_cache(maxsize=1)
def load_vials() -> tuple[VialSize, ...]:
    """Return the usual vials; a practice names its own."""
    found = tuple(rows(DATA / "vials.toml", VialSize, "vial"))
    for vial in found:
        cite(DATA, vial.source, f"vials.toml {vial.drug}")
    return found
