"""What is known of a patient beside the drawing, as factors on the odds of causes: age, sex, risks, reasons against."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from needlepoint.reasoning.causes.rows import Cause, load_causes
from needlepoint.reasoning.inference.network import Floats
from needlepoint.reasoning.model import Model
from needlepoint.reasoning.strengths import load_strengths

__all__ = ["ReportedFacts", "factors", "guarded", "has_risk"]

# Risks that are told as signs of another name, and risks that an age is.
SAME = {
    "immunosuppression": ("immunosuppressed",),
    "oestrogen": ("estrogen",),
    "pregnancy": ("pregnant",),
    "recent_needling": ("pneumothorax_after",),
    "recent_surgery": ("recent_procedure",),
    "trauma_major": ("major_trauma",),
    "trauma_minor": ("minor_trauma",),
    "neck_trauma": ("major_trauma", "neck_manipulation"),
    "could_be_pregnant": ("missed_period",),
    "fluoroquinolone": ("tendon_rupture",),
    "tick_exposure": ("rash",),
}
AGES = {"age_over_50": 51, "age_over_70": 71}
YOUNG, OLD = 40, 65


class ReportedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What words and answers say: findings with the words that said them, findings denied, age in years, sex.

    `some` are questions answered yes with their findings, of which at least one is there.
    """

    said: Mapping[str, str] = {}
    some: tuple[tuple[str, tuple[str, ...]], ...] = ()
    denied: frozenset[str] = frozenset()
    age_years: int | None = None
    sex: str | None = None


def factors(model: Model, told: ReportedFacts, features: Sequence[tuple[str, str]]) -> Floats:
    """(C,) the factor on the prior odds of each cause; muscles have none."""
    odds = np.ones(model.network.causes)
    named = {*told.said, *(f"{vocabulary}:{id_}" for vocabulary, id_ in features)}
    first = len(model.causes)
    for number, cause in enumerate(load_causes().causes):
        odds[first + number] = _by_person(cause, told) * _by_risks(cause, told) * _against(cause, named)
    return odds


def _by_person(cause: Cause, told: ReportedFacts) -> float:
    """Age and sex. Nothing makes a cause impossible: nought could never be raised by what is told."""
    factor = 1.0
    if told.age_years is not None:
        age = cause.prior.age
        factor *= age.young if told.age_years < YOUNG else age.middle if told.age_years < OLD else age.old
    if told.sex in ("female", "male"):
        factor *= getattr(cause.prior.sex, told.sex)
    return max(factor, load_strengths().other.least_age_factor)


def _by_risks(cause: Cause, told: ReportedFacts) -> float:
    times = sorted((risk.times for risk in cause.risks if has_risk(risk.risk, told)), reverse=True)
    return math.prod(times[: load_strengths().other.most_risks])


def guarded(
    told: ReportedFacts, painful: Iterable[str], features: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """How likely each cause is by place, age, sex and risks alone, by its id.

    A rare and deadly cause need not win against the muscles to be asked about. `painful` are regions without side.
    """
    named = {*told.said, *(f"{vocabulary}:{id_}" for vocabulary, id_ in features)}
    where = set(painful)
    found = {}
    for cause in load_causes().causes:
        felt = max(
            (zone.weight for zone in (*cause.essential, *cause.spill) if zone.region in where), default=0.0
        )
        person = _by_person(cause, told) * _by_risks(cause, told) * _against(cause, named)
        found[cause.id] = min(cause.prior.per_100000 / 100_000 * person * felt, 0.5)
    return found


def has_risk(risk: str, told: ReportedFacts) -> bool:
    """Whether the words, an answer or the age name a risk factor."""
    if risk in AGES:
        return told.age_years is not None and told.age_years >= AGES[risk]
    return any(name in told.said for name in (risk, *SAME.get(risk, ())))


def _against(cause: Cause, named: set[str]) -> float:
    factor = math.prod(row.factor for row in cause.against if row.finding in named)
    return max(factor, load_strengths().other.floor_emergency) if cause.urgency == "emergency" else factor
