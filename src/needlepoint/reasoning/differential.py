"""The ranked muscles behind a drawing and the other causes, each with what speaks for and against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from needlepoint.reasoning.causes.explain import name_of, other_causes, other_probabilities
from needlepoint.reasoning.causes.network import SAID, UNLISTED
from needlepoint.reasoning.inference import Posterior
from needlepoint.reasoning.inference.answer import infer_folded
from needlepoint.reasoning.inference.network import Floats, Folded, Observation, fold
from needlepoint.reasoning.model import Model
from needlepoint.reasoning.neurological import NO_RESULTS, NeuroResults
from needlepoint.reasoning.palpation import next_palpation, palpation_odds
from needlepoint.reasoning.patient import ReportedFacts, factors
from needlepoint.reasoning.strengths import load_strengths
from needlepoint.reasoning.types import Differential, Evidence, MuscleSet, Palpated, Suspect

EXPLAINS_FROM = 0.10  # a muscle explains a region that it makes painful at least this often
EXPECTS_FROM = 0.45  # and a painless region speaks against a muscle that makes it painful at least this often
SHOWN = 20


def differentiate(
    model: Model, evidence: Evidence, palpated: Sequence[Palpated] = (), told: ReportedFacts | None = None
) -> Differential:
    """Return the differential of a complaint, updated by the palpation so far and by words and answers."""
    return rank(prepare(model, evidence, told or ReportedFacts()), palpated)


class Prepared(msgspec.Struct, frozen=True, eq=False):
    """One complaint as numbers of the network: everything that palpation does not change.

    `suspects` (without their probability) and `lights` are filled when a cause is first needed; they never change.
    """

    model: Model
    evidence: Evidence
    told: ReportedFacts
    folded: Folded
    odds: Floats
    results: NeuroResults
    suspects: dict[int, Suspect]
    lights: dict[int, frozenset[str]]


def prepare(
    model: Model, evidence: Evidence, told: ReportedFacts, results: NeuroResults = NO_RESULTS
) -> Prepared:
    """Compute once what further palpation of this complaint does not change."""
    seen = observe(model, evidence, told)
    return Prepared(
        model=model,
        evidence=evidence,
        told=told,
        folded=fold(model.network, seen),
        odds=seen.odds * neurological_odds(model, results.odds),
        results=results,
        suspects={},
        lights={},
    )


def neurological_odds(model: Model, by_cause: Mapping[str, float]) -> Floats:
    """Return the factor (C,) on each cause's prior odds from the neurological examination."""
    odds = np.ones(model.network.causes)
    first = len(model.causes)
    for place, name in enumerate(model.others):
        odds[first + place] = by_cause.get(name, 1.0)
    return odds


def rank(prepared: Prepared, palpated: Sequence[Palpated] = ()) -> Differential:
    """Return the differential of a prepared complaint, updated by the palpation so far."""
    model, evidence = prepared.model, prepared.evidence
    odds = palpation_odds(model, palpated) * prepared.odds
    posterior = infer_folded(model.network, prepared.folded, odds)
    muscles = posterior.probability[: len(model.causes)]
    order = np.argsort(-np.round(muscles, 9), kind="stable")  # values that differ by rounding only are equal
    shown = [int(cause) for cause in order[:SHOWN] if muscles[cause] > 0.0005]
    return Differential(
        ranked=tuple(_suspect(prepared, posterior, cause) for cause in shown),
        sets=_sets(prepared, posterior),
        next_palpation=next_palpation(model, posterior, palpated, evidence.side_known),
        method=posterior.method,
        nothing_explains=_nothing_listed(model, posterior),
        other_causes=other_causes(model, evidence, posterior, prepared.told, prepared.results),
        chances=other_probabilities(model, posterior),
    )


def observe(model: Model, evidence: Evidence, told: ReportedFacts) -> Observation:
    """Return the evidence as numbers of the network, before any palpation. Unmarked regions count as painless."""
    groups: list[tuple[int, ...]] = [(model.column[region],) for region in evidence.painful]
    groups += [tuple(model.column[region] for region in group) for group in evidence.together]
    groups += [(model.column[f"{vocabulary}:{id_}"],) for vocabulary, id_ in evidence.features]
    groups += [(column,) for column in said_columns(model, told.said)]
    groups += [tuple(said_columns(model, asks)) for _, asks in told.some if said_columns(model, asks)]
    marked = {*evidence.painful, *(region for group in evidence.together for region in group)}
    absent = [model.column[region] for region in model.regions if region not in marked]
    absent += said_columns(model, told.denied - set(told.said))
    return Observation(
        present=tuple(dict.fromkeys(groups)),
        absent=np.array(absent, dtype=np.intp),
        odds=factors(model, told, evidence.features),
    )


def said_columns(model: Model, findings: Iterable[str]) -> list[int]:
    """Return the findings in words that the network knows, without those that only repeat a place."""
    unobserved = load_strengths().unobserved
    names = [f"{SAID}{finding}" for finding in findings if finding not in unobserved]
    return [model.column[name] for name in sorted(names) if name in model.column]


def _nothing_listed(model: Model, posterior: Posterior) -> float:
    """Return the probability that no muscle and no listed cause explains it, among the likeliest sets of causes."""
    listed = len(model.causes) + sum(not name.startswith(UNLISTED) for name in model.others)
    alone = (share for members, share in posterior.sets if all(member >= listed for member in members))
    return round(float(sum(alone)), 4)


def _suspect(prepared: Prepared, posterior: Posterior, cause: int) -> Suspect:
    found = prepared.suspects.get(cause)
    if found is None:
        found = prepared.suspects[cause] = _fitted(prepared.model, prepared.evidence, cause)
    return msgspec.structs.replace(found, probability=round(float(posterior.probability[cause]), 4))


def _fitted(model: Model, evidence: Evidence, cause: int) -> Suspect:
    """Compare one muscle with the evidence: everything about it except its probability."""
    muscle_id, side = model.causes[cause]
    muscle = model.atlas.muscles[muscle_id]
    pattern, links = _likeliest(model, evidence, cause)
    asked = _asked(evidence)
    explains = tuple(name for name, group in asked if _lights(model, links, group) >= EXPLAINS_FROM)
    return Suspect(
        muscle=muscle.name,
        muscle_id=muscle_id,
        names=(muscle.latin, *muscle.synonyms),
        side=side if evidence.side_known or side == "midline" else "unspecified",
        probability=0.0,
        likeliest_point=pattern,
        explains=explains,
        unexplained=tuple(name for name, _ in asked if name not in explains),
        for_=_reasons_for(model, evidence, links),
        against=_reasons_against(model, evidence, links),
        citations=model.atlas.citations(muscle),
    )


def _asked(evidence: Evidence) -> list[tuple[str, tuple[str, ...]]]:
    """Return what needs an explanation: each painful region, or a group under the name of its midline region."""
    found = [(region, (region,)) for region in evidence.painful]
    return found + [(f"mid_{group[0].partition('_')[2]}", group) for group in evidence.together]


def _likeliest(model: Model, evidence: Evidence, cause: int) -> tuple[str, Floats]:
    """Return the pattern of a cause that fits the drawing best on its own, and its links."""
    names = model.patterns[cause]
    log_miss = model.network.log_miss[cause, : len(names)]
    links = -np.expm1(log_miss)
    groups = [[model.column[region] for region in group] for _, group in _asked(evidence)]
    marked = sorted({column for group in groups for column in group})
    # All findings up to `drawn` are regions: unmarked ones stay off.
    score = log_miss[:, : model.network.drawn].sum(axis=1) - log_miss[:, marked].sum(axis=1)
    for group in groups:
        score = score + np.log(np.maximum(links[:, group].max(axis=1), 0.01))
    score = score + np.log(np.maximum(model.network.share[cause, : len(names)], 1e-9))
    best = int(np.argmax(np.round(score, 9)))
    return names[best], np.asarray(links[best])


def _lights(model: Model, links: Floats, group: Sequence[str]) -> float:
    return float(max(links[model.column[region]] for region in group))


def _reasons_for(model: Model, evidence: Evidence, links: Floats) -> tuple[str, ...]:
    """The features of the complaint that go with the muscle, strongest first."""
    named = [(float(links[model.column[f"{v}:{f}"]]), v, f) for v, f in evidence.features]
    return tuple(f"{v}:{f}" for weight, v, f in sorted(named, reverse=True) if weight > 0.0)


def _reasons_against(model: Model, evidence: Evidence, links: Floats) -> tuple[str, ...]:
    """Return regions that the muscle usually makes painful and that are not; explicitly painless ones come first."""
    marked = {region for _, group in _asked(evidence) for region in group}
    expected = [
        (region in evidence.painless, float(links[model.column[region]]), region)
        for region in model.regions
        if region not in marked and links[model.column[region]] >= EXPECTS_FROM
    ]
    return tuple(region for _, _, region in sorted(expected, reverse=True))


def _sets(prepared: Prepared, posterior: Posterior) -> tuple[MuscleSet, ...]:
    model, evidence, found = prepared.model, prepared.evidence, []
    for members, share in posterior.sets:
        lit = frozenset[str]().union(*(_lit(prepared, member) for member in members))
        left = tuple(name for name, _ in _asked(evidence) if name not in lit)
        found.append(MuscleSet(tuple(_called(model, evidence, m) for m in members), round(share, 4), left))
    return tuple(found)


def _lit(prepared: Prepared, cause: int) -> frozenset[str]:
    """Return what a cause explains, by its best-fitting pattern."""
    found = prepared.lights.get(cause)
    if found is None:
        model, evidence = prepared.model, prepared.evidence
        links = _likeliest(model, evidence, cause)[1]
        found = prepared.lights[cause] = frozenset(
            name for name, group in _asked(evidence) if _lights(model, links, group) >= EXPLAINS_FROM
        )
    return found


def _called(model: Model, evidence: Evidence, cause: int) -> str:
    if cause >= len(model.causes):
        return name_of(model, cause)
    muscle, side = model.causes[cause]
    name = model.atlas.muscles[muscle].name
    return f"{side} {name}" if evidence.side_known and side != "midline" else name
