"""Non-muscular causes of a complaint, most likely first, with their reasons."""

from __future__ import annotations

import numpy as np

from needlepoint.reasoning.causes.network import UNLISTED
from needlepoint.reasoning.causes.rows import Cause, load_causes
from needlepoint.reasoning.inference import Posterior
from needlepoint.reasoning.model import Model
from needlepoint.reasoning.neurological import NeuroResults
from needlepoint.reasoning.patient import ReportedFacts, has_risk
from needlepoint.reasoning.types import Evidence, OtherCause

__all__ = ["name_of", "other_causes", "other_probabilities"]

SHOWN = 12
LEAST = 0.01  # only causes above this probability are shown


def other_probabilities(model: Model, posterior: Posterior) -> dict[str, float]:
    """Return the probability of each non-muscular cause, including the unlisted one of each area ('unlisted:AREA')."""
    first = len(model.causes)
    return {name: float(posterior.probability[first + place]) for place, name in enumerate(model.others)}


def name_of(model: Model, cause: int) -> str:
    """Return the English name of a non-muscular cause."""
    id_ = model.others[cause - len(model.causes)]
    if id_.startswith(UNLISTED):
        return "a cause that is not in the lists"
    return load_causes().causes[cause - len(model.causes)].name_en


def other_causes(
    model: Model, evidence: Evidence, posterior: Posterior, told: ReportedFacts, results: NeuroResults
) -> tuple[OtherCause, ...]:
    """Return the listed causes that are likely enough to be shown."""
    first = len(model.causes)
    causes = load_causes().causes
    chance = posterior.probability[first : first + len(causes)]
    order = [int(place) for place in np.argsort(-chance, kind="stable")[:SHOWN] if chance[place] >= LEAST]
    return tuple(_shown(evidence, told, results, place, float(chance[place])) for place in order)


def _shown(
    evidence: Evidence, told: ReportedFacts, results: NeuroResults, place: int, chance: float
) -> OtherCause:
    cause = load_causes().causes[place]
    return OtherCause(
        id=cause.id,
        name_en=cause.name_en,
        name_es=cause.name_es,
        kind=cause.kind,
        urgency=cause.urgency,
        probability=round(chance, 4),
        explains=_explains(cause, evidence),
        for_=(*reasons_for(cause, evidence, told), *results.for_.get(cause.id, ())),
        against=(*reasons_against(cause, evidence, told), *results.against.get(cause.id, ())),
        test=cause.test,
        next_en=cause.next_en,
        next_es=cause.next_es,
        certainty=cause.prior.certainty,
        citations=load_causes().citations(cause),
    )


def _explains(cause: Cause, evidence: Evidence) -> tuple[str, ...]:
    where = {zone.region for zone in (*cause.essential, *cause.spill)}
    painful = [*evidence.painful, *(region for group in evidence.together for region in group)]
    return tuple(region for region in dict.fromkeys(painful) if region.partition("_")[2] in where)


def _named(evidence: Evidence, told: ReportedFacts) -> dict[str, str]:
    """Return every reported finding with its words."""
    words = {f"{v}:{id_}": evidence.because.get(f"{v}:{id_}") for v, id_ in evidence.features}
    return {name: why.words if why else name for name, why in words.items()} | dict(told.said)


def reasons_for(cause: Cause, evidence: Evidence, told: ReportedFacts) -> tuple[str, ...]:
    """Return the words that support a cause, the strongest finding first, then its risk factors."""
    named = _named(evidence, told)
    found = sorted((row for row in cause.raises if row.finding in named), key=lambda row: -row.strength)
    risks = [load_causes().risks[row.risk].en for row in cause.risks if has_risk(row.risk, told)]
    return tuple(dict.fromkeys([named[row.finding] for row in found] + risks))


def reasons_against(cause: Cause, evidence: Evidence, told: ReportedFacts) -> tuple[str, ...]:
    """Return the words against a cause, and which of its findings were denied."""
    named = _named(evidence, told)
    said = [named[row.finding] for row in cause.against if row.finding in named]
    names = load_causes().findings
    denied = [row.finding for row in cause.raises if row.finding in told.denied]
    return tuple(dict.fromkeys([*said, *(f"no {names[id_].en if id_ in names else id_}" for id_ in denied)]))
