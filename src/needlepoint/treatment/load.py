"""Drugs and dose rules, read once from their data files."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, cite, read_toml, rows, toml_files
from needlepoint.base.refusal import Fault, Refused
from needlepoint.treatment.types import Drug

DATA = Path(__file__).parent / "data"


class WeightRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weight in kg below which no limit is computed, and the one above which no limit grows."""

    least_kg: Decimal
    cap_kg: Decimal
    certainty: Certainty
    source: list[str]


class VolumeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The total volume in mL that triggers a notice, and the smallest step that can be drawn up."""

    notice_ml: Decimal
    step_ml: Decimal
    certainty: Certainty
    source: list[str]


class StrengthRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The highest valid concentration in percent; above it, the unit was confused."""

    most_percent: Decimal
    certainty: Certainty
    source: list[str]


class Modifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A factor that lowers every limit, and for whom."""

    id: str
    en: str
    es: str
    factor: Decimal
    certainty: Certainty
    source: list[str]
    from_age_years: int | None = None
    pregnant: bool | None = None
    below_kg: Decimal | None = None
    condition: list[str] = []
    medicine: list[str] = []


class Floor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lower bound of all factors together."""

    factor: Decimal
    certainty: Certainty
    source: list[str]


class IdealWeightRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body mass index from which the ideal weight counts, and its difference from the height in cm."""

    bmi_from: Decimal
    male_less_cm: Decimal
    female_less_cm: Decimal
    certainty: Certainty
    source: list[str]


class DoseRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of dose checks."""

    weight: WeightRule
    volume: VolumeRule
    strength: StrengthRule
    modifier: list[Modifier]
    floor: Floor
    ideal: IdealWeightRule


@lru_cache(maxsize=1)
def load_drugs() -> dict[str, Drug]:
    """Return every local anesthetic by id. Each limit has a source; each drug has a limit of each kind."""
    found = {}
    for path in toml_files(DATA / "drugs"):
        drug = rows(path, Drug)[0]
        for limit in drug.limits:
            cite(DATA, limit.source, limit.id)
        kinds = {(limit.unit, limit.with_epinephrine) for limit in drug.limits}
        if kinds != {("mg_per_kg", False), ("mg", False), ("mg_per_kg", True), ("mg", True)}:
            raise Refused(
                Fault(path.name, f"limits {sorted(kinds)}", "mg_per_kg and mg, plain and with epinephrine")
            )
        found[drug.id] = drug
    return found


@lru_cache(maxsize=1)
def load_dose_rules() -> DoseRules:
    """Return the rules of `data/dose_rules.toml`."""
    rules = msgspec.convert(read_toml(DATA / "dose_rules.toml"), DoseRules)
    sources = [
        rules.weight.source,
        rules.volume.source,
        rules.strength.source,
        rules.floor.source,
        rules.ideal.source,
    ]
    for keys in [*sources, *(row.source for row in rules.modifier)]:
        cite(DATA, keys, "dose_rules.toml")
    return rules
