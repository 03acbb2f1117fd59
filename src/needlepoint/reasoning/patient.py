"""Facts about a patient beside the drawing, as factors on the odds of causes: age, sex, risks, reasons against."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec
import numpy as np

from needlepoint.reasoning.causes.rows import Cause, load_causes
from needlepoint.reasoning.inference.network import Floats
from needlepoint.reasoning.model import Model
from needlepoint.reasoning.strengths import load_strengths

__all__ = ["ReportedFacts", "factors", "guarded", "has_risk"]

# Risks that are reported as signs of another name, and risks that an age implies.
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
    """What words and answers report: findings with their words, findings denied, age in years, sex.

    `some` are questions answered yes with their findings, of which at least one is present.
    """

    said: Mapping[str, str] = {}
    some: tuple[tuple[str, tuple[str, ...]], ...] = ()
    denied: frozenset[str] = frozenset()
    age_years: int | None = None
    sex: str | None = None


def factors(model: Model, told: ReportedFacts, features: Sequence[tuple[str, str]]) -> Floats:
    """Return (C,) the factor on the prior odds of each cause; muscles have none."""
    odds = np.ones(model.network.causes)
    first = len(model.causes)
    odds[first : first + len(load_causes().causes)] = _of_causes(told, features)
    return odds


def guarded(
    told: ReportedFacts, painful: Iterable[str], features: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """Return the probability of each cause by place, age, sex and risks alone, by its id.

    A rare and deadly cause is asked about even when the muscles explain more. `painful` are regions without side.
    """
    known = _known()
    person = _of_causes(told, features)
    felt: dict[int, float] = {}
    for region in set(painful):
        for number, weight in known.felt.get(region, ()):
            felt[number] = max(felt.get(number, 0.0), weight)
    return {
        cause.id: min(cause.prior.per_100000 / 100_000 * float(person[number]) * felt.get(number, 0.0), 0.5)
        for number, cause in enumerate(known.causes)
    }


class _Known(msgspec.Struct, frozen=True, eq=False):
    """The causes, and which of them a risk, a finding or a region concerns, by their number."""

    causes: tuple[Cause, ...]
    by_risk: dict[str, tuple[int, ...]]
    by_finding: dict[str, tuple[int, ...]]
    felt: dict[str, tuple[tuple[int, float], ...]]


@lru_cache(maxsize=1)
def _known() -> _Known:
    causes = load_causes().causes
    by_risk, by_finding, felt = defaultdict(list), defaultdict(list), defaultdict(list)
    for number, cause in enumerate(causes):
        for risk in cause.risks:
            by_risk[risk.risk].append(number)
        for row in cause.against:
            by_finding[row.finding].append(number)
        for zone in (*cause.essential, *cause.spill):
            felt[zone.region].append((number, zone.weight))
    return _Known(
        causes=causes,
        by_risk={name: tuple(found) for name, found in by_risk.items()},
        by_finding={name: tuple(found) for name, found in by_finding.items()},
        felt={name: tuple(found) for name, found in felt.items()},
    )


def _of_causes(told: ReportedFacts, features: Sequence[tuple[str, str]]) -> Floats:
    """Return the factor on the odds of each cause by age, sex, risks and what speaks against it."""
    known = _known()
    odds = _by_person(_band(told.age_years), told.sex).copy()
    risks = {number for risk, numbers in known.by_risk.items() if has_risk(risk, told) for number in numbers}
    for number in risks:
        odds[number] *= _by_risks(known.causes[number], told)
    named = {*told.said, *(f"{vocabulary}:{id_}" for vocabulary, id_ in features)}
    spoken = {number for finding in named for number in known.by_finding.get(finding, ())}
    for number in spoken:
        odds[number] *= _against(known.causes[number], named)
    return odds


def _band(age_years: int | None) -> str | None:
    if age_years is None:
        return None
    return "young" if age_years < YOUNG else "middle" if age_years < OLD else "old"


@lru_cache(maxsize=16)
def _by_person(band: str | None, sex: str | None) -> Floats:
    """Age and sex. Nothing makes a cause impossible: a probability of zero could never rise again."""
    found = np.ones(len(_known().causes))
    for number, cause in enumerate(_known().causes):
        if band is not None:
            found[number] *= getattr(cause.prior.age, band)
        if sex in ("female", "male"):
            found[number] *= getattr(cause.prior.sex, sex)
    return np.maximum(found, load_strengths().other.least_age_factor)


def _by_risks(cause: Cause, told: ReportedFacts) -> float:
    times = sorted((risk.times for risk in cause.risks if has_risk(risk.risk, told)), reverse=True)
    return math.prod(times[: load_strengths().other.most_risks])


def has_risk(risk: str, told: ReportedFacts) -> bool:
    """Whether the words, an answer or the age report a risk factor."""
    if risk in AGES:
        return told.age_years is not None and told.age_years >= AGES[risk]
    return any(name in told.said for name in (risk, *SAME.get(risk, ())))


def _against(cause: Cause, named: set[str]) -> float:
    factor = math.prod(row.factor for row in cause.against if row.finding in named)
    return max(factor, load_strengths().other.floor_emergency) if cause.urgency == "emergency" else factor
