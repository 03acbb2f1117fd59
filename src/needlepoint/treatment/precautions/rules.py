"""The small rule language of precautions and advice: when a row applies, does not, or is undecided.

A `RuleWhen` is a list of conditions; all must hold, and within a condition one value is enough. Each returns True,
False or None (unknown, with the question that would settle it).
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from needlepoint.treatment.precautions.facets import FACETS, load_questions
from needlepoint.treatment.precautions.situation import Situation

__all__ = ["RuleResult", "RuleWhen", "load_questions", "weigh"]


class RuleWhen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The conditions of a rule. An empty one is not checked."""

    technique: list[str] | None = None
    drug: list[str] | None = None
    drug_class: list[str] | None = None
    drugs_from: int | None = None
    steroid: bool | None = None
    particulate: bool | None = None
    epinephrine: bool | None = None
    guidance: list[str] | None = None
    ultrasound: bool | None = None
    offered: list[str] | None = None
    lacks_credential: str | None = None
    site: list[str] | None = None
    both_sides: list[str] | None = None
    volume_over: Decimal | None = None  # factor on the largest volume of the point
    side_elsewhere: bool | None = None
    side_said_elsewhere: bool | None = None
    pain_elsewhere: bool | None = None
    sites_from: int | None = None
    muscles_from: int | None = None
    local: list[str] | None = None
    local_lacks: list[str] | None = None
    medicine: list[str] | None = None
    medicine_also: list[str] | None = None
    medicine_two: list[str] | None = None
    medicine_lacks: list[str] | None = None
    inr_from: Decimal | None = None
    condition: list[str] | None = None
    allergy: list[str] | None = None
    anaphylaxis_to: list[str] | None = None
    steroid_holds: list[str] | None = None
    pregnant: bool | None = None
    pregnant_contradicted: bool | None = None
    weeks_below: int | None = None
    age_below: int | None = None
    bmi_from: Decimal | None = None
    bmi_below: Decimal | None = None
    thin_below: Decimal | None = None
    hba1c_from: Decimal | None = None
    platelets_below: int | None = None
    platelets_asked_below: int | None = None
    neutrophils_below: Decimal | None = None
    counts_known: bool | None = None
    days_since_same_site_below: int | None = None
    weak_sessions_from: int | None = None


class RuleResult(msgspec.Struct, frozen=True):
    """The result of a whole `RuleWhen`: met, and by what; or what to ask."""

    holds: bool | None
    because: tuple[str, ...] = ()
    because_es: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()  # keys of data/questions.toml


def weigh(when: RuleWhen, situation: Situation) -> RuleResult:
    """Return whether every condition of `when` holds. False as soon as one does not, whatever else is unknown."""
    lines = []
    for name, facet in FACETS.items():
        value = getattr(when, name)
        if value is None:
            continue
        line = facet(value, situation)
        if line.holds is False:
            return RuleResult(False)
        lines.append(line)
    because = tuple(line.because for line in lines if line.because)
    because_es = tuple(line.words_es for line in lines if line.because)
    ask = tuple(dict.fromkeys(line.ask for line in lines if line.holds is None))
    return RuleResult(None if ask else True, because, because_es, ask)
