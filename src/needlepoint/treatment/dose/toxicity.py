"""The bedside card for local anesthetic systemic toxicity, with the lipid doses of this patient."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, cite, read_toml
from needlepoint.base.people import Patient
from needlepoint.treatment.precautions.traits import DATA

__all__ = ["ToxicityCard", "toxicity_card"]


class Lipid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Doses of the 20% emulsion."""

    above_kg: Decimal
    bolus_ml: Decimal
    bolus_over_min: tuple[int, int]
    infusion_ml: tuple[Decimal, Decimal]
    infusion_over_min: tuple[int, int]
    bolus_ml_per_kg: Decimal
    infusion_ml_per_kg_min: Decimal
    most_ml_per_kg: Decimal
    repeats: int
    pump_below_kg: Decimal
    certainty: Certainty
    source: list[str]


class Epinephrine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The largest single dose in micrograms for each kg."""

    most_mcg_per_kg: Decimal
    certainty: Certainty
    source: list[str]


class IdealWeight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ideal weight in kg: the height in cm minus this number."""

    male_less_cm: Decimal
    female_less_cm: Decimal
    certainty: Certainty
    source: list[str]


class TreatmentStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step, in order."""

    id: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class ToxicitySign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sign of toxicity."""

    en: str
    es: str
    certainty: Certainty
    source: list[str]


class ToxicityRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/toxicity.toml`."""

    lipid: Lipid
    epinephrine: Epinephrine
    ideal_weight: IdealWeight
    step: list[TreatmentStep]
    sign: list[ToxicitySign]


class ToxicityCard(msgspec.Struct, frozen=True, kw_only=True):
    """The card. Volumes in mL of 20% lipid emulsion, rates in mL per minute; None while the weight is unknown."""

    weight_kg: Decimal | None
    ideal_weight_kg: Decimal | None
    bolus_ml: Decimal | None
    infusion_ml_per_min: tuple[Decimal, Decimal] | None
    most_ml_30_min: Decimal | None
    epinephrine_most_mcg: Decimal | None
    arithmetic: tuple[str, ...]
    arithmetic_es: tuple[str, ...]
    signs: tuple[ToxicitySign, ...]
    steps: tuple[TreatmentStep, ...]
    citations: tuple[Citation, ...]


@lru_cache(maxsize=1)
def load_rows() -> ToxicityRows:
    """Return the card's rows, each with a source."""
    found = msgspec.convert(read_toml(DATA / "toxicity.toml"), ToxicityRows)
    numbers = [found.lipid.source, found.epinephrine.source, found.ideal_weight.source]
    for keys in [*numbers, *(row.source for row in found.step), *(row.source for row in found.sign)]:
        cite(DATA, keys, "toxicity.toml")
    return found


def toxicity_card(patient: Patient) -> ToxicityCard:
    """Return the card for this patient. Without a weight it shows the steps without doses."""
    rows = load_rows()
    weight = patient.weight_kg
    numbers = _numbers(rows, weight, _ideal(rows, patient)) if weight is not None else {}
    arithmetic, arithmetic_es = (
        _arithmetic(rows, weight, _ideal(rows, patient)) if weight is not None else ((), ())
    )
    return ToxicityCard(
        weight_kg=weight,
        ideal_weight_kg=_ideal(rows, patient),
        bolus_ml=numbers.get("bolus"),
        infusion_ml_per_min=(numbers["slow"], numbers["fast"]) if numbers else None,
        most_ml_30_min=numbers.get("most"),
        epinephrine_most_mcg=numbers.get("epinephrine"),
        arithmetic=arithmetic,
        arithmetic_es=arithmetic_es,
        signs=tuple(rows.sign),
        steps=tuple(rows.step),
        citations=cite(DATA, [*rows.lipid.source, *rows.epinephrine.source], "toxicity.toml"),
    )


def _ideal(rows: ToxicityRows, patient: Patient) -> Decimal | None:
    """Return the ideal weight in kg, never above the actual one; None when height or sex is unknown."""
    if patient.height_cm is None or patient.sex not in ("male", "female"):
        return None
    less = rows.ideal_weight.male_less_cm if patient.sex == "male" else rows.ideal_weight.female_less_cm
    ideal = patient.height_cm - less
    return min(ideal, patient.weight_kg) if patient.weight_kg is not None else ideal


def _numbers(rows: ToxicityRows, weight: Decimal, ideal: Decimal | None) -> dict[str, Decimal]:
    lipid = rows.lipid
    if weight > lipid.above_kg:
        bolus = lipid.bolus_ml
        slow = lipid.infusion_ml[0] / lipid.infusion_over_min[1]
        fast = lipid.infusion_ml[1] / lipid.infusion_over_min[0]
    else:
        bolus = lipid.bolus_ml_per_kg * weight
        slow = fast = lipid.infusion_ml_per_kg_min * (ideal if ideal is not None else weight)
    most = lipid.most_ml_per_kg * (ideal if ideal is not None else weight)
    epinephrine = rows.epinephrine.most_mcg_per_kg * weight
    values = {"bolus": bolus, "slow": slow, "fast": fast, "most": most, "epinephrine": epinephrine}
    return {name: value.quantize(Decimal("0.1"), ROUND_HALF_UP) for name, value in values.items()}


def _arithmetic(
    rows: ToxicityRows, weight: Decimal, ideal: Decimal | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return how the card's numbers are reached, in English and in Spanish."""
    lipid, least = rows.lipid, rows.lipid.pump_below_kg
    first, first_es = _first(rows, weight, ideal)
    by, by_es = _by_weight(weight, ideal)
    lines = [
        (first, first_es),
        (
            f"not more than {lipid.most_ml_per_kg} mL/kg x {by} in the first 30 min",
            f"no más de {lipid.most_ml_per_kg} mL/kg x {by_es} en los primeros 30 min",
        ),
        (
            f"still unstable: bolus again, up to {lipid.repeats} times, and the infusion doubled",
            f"sigue inestable: repetir el bolo, hasta {lipid.repeats} veces, y duplicar la infusión",
        ),
        (
            f"epinephrine at most {rows.epinephrine.most_mcg_per_kg} mcg/kg a dose",
            f"epinefrina: máximo {rows.epinephrine.most_mcg_per_kg} mcg/kg por dosis",
        ),
    ]
    lines += [(f"below {least} kg: by pump", f"menos de {least} kg: con bomba")] if weight < least else []
    return tuple(en for en, _ in lines), tuple(es for _, es in lines)


def _by_weight(weight: Decimal, ideal: Decimal | None) -> tuple[str, str]:
    if ideal is not None:
        return f"{ideal} kg ideal", f"{ideal} kg ideales"
    return f"{weight} kg (height or sex not known)", f"{weight} kg (no se conoce la talla o el sexo)"


def _first(rows: ToxicityRows, weight: Decimal, ideal: Decimal | None) -> tuple[str, str]:
    """The bolus and the infusion, in both languages."""
    lipid = rows.lipid
    over, over_es = (f"{lipid.bolus_over_min[0]} {to} {lipid.bolus_over_min[1]} min" for to in ("to", "a"))
    if weight <= lipid.above_kg:
        by, by_es = _by_weight(weight, ideal)
        rate = f"{lipid.infusion_ml_per_kg_min} mL/kg/min"
        bolus = f"{lipid.bolus_ml_per_kg} mL/kg x {weight} kg"
        return (
            f"bolus {bolus} over {over}, then {rate} x {by}",
            f"bolo de {bolus} en {over_es}, después {rate} x {by_es}",
        )
    (low, high), (fast, slow) = lipid.infusion_ml, lipid.infusion_over_min
    bolus = f"{lipid.above_kg} kg: {lipid.bolus_ml} mL"
    return (
        f"above {bolus} over {over}, then {low} to {high} mL over {fast} to {slow} min",
        f"más de {bolus} en {over_es}, después {low} a {high} mL en {fast} a {slow} min",
    )
