"""One technique checked against dose, steroid, precautions and the law; and the details of its sites."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.base.wording import ml
from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.dose.steroid import check_steroid, find_steroid
from needlepoint.treatment.dose.vials import DrawUp, draw_up
from needlepoint.treatment.lists.complaint.questions import questions_of_words
from needlepoint.treatment.lists.entries import read_lists
from needlepoint.treatment.lists.questions import (
    answered_concerns,
    asides_of,
    questions_of,
)
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.plan.input import PlanInput
from needlepoint.treatment.plan.order import OrderedSite
from needlepoint.treatment.plan.practice import formulary
from needlepoint.treatment.plan.sites import GUIDANCE, PlannedSite, in_order, plan_site
from needlepoint.treatment.plan.statements import PlanStatement, judge, said_by
from needlepoint.treatment.precautions.check import find_concerns, load_precautions
from needlepoint.treatment.precautions.situation import NeedledSite, SiteVolume, Situation, bmi_of
from needlepoint.treatment.scope.rules import Scope, may
from needlepoint.treatment.spanish import place_es, side_es
from needlepoint.treatment.types import (
    CheckVerdict,
    Concern,
    DoseCheck,
    Injection,
    Notice,
    Question,
    SteroidCheck,
    TreatedSite,
)

__all__ = ["Candidate", "weigh_candidate"]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A technique with its sites, and every verdict on it. `because` names what refused it or what it waits for."""

    technique: str
    verdict: CheckVerdict
    because: tuple[str, ...]
    drug: str | None
    concentration_percent: Decimal | None
    sites: tuple[PlannedSite, ...]
    total_ml: Decimal
    dose: DoseCheck | None
    steroid: SteroidCheck | None
    draw_up: DrawUp | None
    scope: Scope
    concerns: tuple[Concern, ...]
    questions: tuple[Question, ...]
    notices: tuple[Notice, ...]
    statements: tuple[PlanStatement, ...]  # all of it in one list, the most severe first
    situation: Situation


def weigh_candidate(technique: str, sites: Sequence[OrderedSite], given: PlanInput) -> Candidate:
    """Return the technique with its sites, checked for this patient and this clinician."""
    act = _act_of(technique)
    drug, percent = _solution(technique, given)
    situation = _situation(technique, sites, drug, given)
    concerns, questions = find_concerns(situation, given.practice, given.order.decided)
    told = questions_of_words(
        given.told, situation.lists, given.patient, given.as_of.date(), _needs(situation)
    )
    questions = (*questions_of(situation.lists), *told, *questions)
    concerns = (*concerns, *answered_concerns(situation.lists))
    planned = _planned(technique, sites, percent, concerns, given)
    dose = _dose(technique, planned, drug, percent, given)
    steroid = _steroid(technique, sites, given)
    areas = tuple(dict.fromkeys(site.muscle.body_area for site in sites))
    scope = may(given.clinician, act, given.as_of.date(), areas, _injected(technique, situation))
    notices = (*_notices(planned, dose, given), *asides_of(situation.lists))
    statements = said_by(concerns, questions, notices, dose, steroid, scope)
    verdict, because = judge(statements)
    total = sum((site.volume_ml or Decimal(0) for site in planned), Decimal(0))
    return Candidate(
        technique=technique,
        verdict=verdict,
        because=because,
        drug=drug,
        concentration_percent=percent,
        sites=planned,
        total_ml=total,
        dose=dose,
        steroid=steroid,
        draw_up=draw_up(drug, percent, total, given.practice) if drug and percent else None,
        scope=scope,
        concerns=concerns,
        questions=questions,
        notices=notices,
        statements=statements,
        situation=situation,
    )


def _injected(technique: str, situation: Situation) -> tuple[str, ...]:
    """Return what is injected, in the words of the scope rows."""
    parts = {
        "saline": technique == "saline",
        "epinephrine": situation.epinephrine,
        "steroid": situation.steroid is not None,
    }
    return (*situation.drugs, *(name for name, there in parts.items() if there))


def _act_of(technique: str) -> str:
    """Return the act of the law that a technique is. Refused for an unknown technique."""
    acts = {row.id: row.act for row in load_defaults().technique}
    if technique not in acts:
        raise Refused(Fault("plan.technique", repr(technique), f"one of {', '.join(acts)}"))
    return acts[technique]


def _solution(technique: str, given: PlanInput) -> tuple[str | None, Decimal | None]:
    """Return drug and concentration in percent: as ordered, else the practice's, else ours. None without a drug."""
    order = given.order
    if technique != "wet":
        return None, None
    own = given.practice.defaults if given.practice else None
    ours = load_defaults().defaults
    drug = order.drug or (own and own.drug) or ours.drug
    drugs = formulary(given.practice)
    if drug not in drugs:
        expected = "a local anesthetic of the practice's formulary"
        raise Refused(Fault("plan.drug", repr(drug), expected, nearest(drug, drugs)))
    usual = (own.concentration_percent if own else None) or ours.concentration_percent
    if order.concentration_percent is not None:
        return drug, order.concentration_percent
    # The usual concentration belongs to the usual drug; another drug is drawn up at its lowest.
    return drug, usual if drug == ((own and own.drug) or ours.drug) else min(
        drugs[drug].concentrations_percent
    )


def _situation(technique: str, sites: Sequence[OrderedSite], drug: str | None, given: PlanInput) -> Situation:
    spots = tuple(NeedledSite(site.muscle, site.side, site.point) for site in sites)
    steroid = given.order.steroid if technique == "wet" else None
    row = find_steroid(steroid.drug) if steroid else None
    drugs = formulary(given.practice)
    return Situation(
        patient=given.patient,
        technique=technique,
        spots=spots,
        as_of=given.as_of.date(),
        drugs=(drug,) if drug else (),
        drug_classes=(drugs[drug].class_,) if drug else (),
        epinephrine=technique == "wet" and given.order.with_epinephrine,
        steroid=row.id if row else None,
        steroid_holds=tuple(row.holds) if row else (),
        particulate=row is not None and row.particulate,
        guidance=frozenset(spot.guidance for spot in spots),
        ultrasound=given.practice.ultrasound if given.practice else None,
        credentials=frozenset(given.clinician.credentials),
        widespread=given.assessment.widespread is not None,
        earlier=given.earlier,
        over_volume=_over_volume(technique, sites, spots, given),
        painful=given.painful,
        told=given.told,
        read=read_lists(given.patient, given.as_of.date()),
    )


def _needs(situation: Situation) -> frozenset[str]:
    """Return the plans for which words must be confirmed on a list."""
    parts = {
        "any": True,
        "wet": situation.technique == "wet",
        "steroid": situation.steroid is not None,
        "epinephrine": situation.epinephrine,
        "pregnant": situation.patient.pregnant is True,
    }
    places = {trait for spot in situation.spots for trait in spot.traits}
    return frozenset(name for name, there in parts.items() if there) | places


def _over_volume(
    technique: str, sites: Sequence[OrderedSite], spots: Sequence[NeedledSite], given: PlanInput
) -> tuple[SiteVolume, ...]:
    """Each site's volume against the largest of its point."""
    if technique == "dry":
        return ()
    usual = _volume(given)
    return tuple(_site_volume(spot, site.volume_ml or usual) for site, spot in zip(sites, spots, strict=True))


def _site_volume(spot: NeedledSite, volume: Decimal) -> SiteVolume:
    most = spot.needling.most_ml
    return SiteVolume(
        f"{spot.side} {spot.muscle.name}: {ml(volume)} of {ml(most)}",
        f"{place_es(spot.muscle, spot.side)}: {ml(volume)} de {ml(most)}",
        volume / most,
    )


def _planned(
    technique: str,
    sites: Sequence[OrderedSite],
    percent: Decimal | None,
    concerns: Sequence[Concern],
    given: PlanInput,
) -> tuple[PlannedSite, ...]:
    known = load_precautions()
    rules = [known[concern.id] for concern in concerns if concern.id in known]
    fine = any(rule.fine_needle for rule in rules)
    usual = _volume(given) if technique != "dry" else None
    planned = []
    for site in sites:
        spot = NeedledSite(site.muscle, site.side, site.point)
        raised = [
            rule.guidance
            for rule in rules
            if rule.guidance and (rule.when.site is None or spot.traits & set(rule.when.site))
        ]
        guidance = max(["optional", *raised], key=GUIDANCE.index)
        volume = (site.volume_ml or usual) if technique != "dry" else None
        planned.append(
            plan_site(spot, site.point, technique, volume, percent, guidance, fine, bmi_of(given.patient))
        )
    return in_order(planned, load_atlas().muscles)


def _volume(given: PlanInput) -> Decimal:
    rule = load_defaults().defaults
    own = given.practice.defaults.volume_ml if given.practice else None
    volume = given.order.volume_ml if given.order.volume_ml is not None else own or rule.volume_ml
    if not (volume.is_finite() and rule.least_volume_ml <= volume <= rule.implausible_ml):
        expected = f"a volume from {rule.least_volume_ml} to {rule.implausible_ml} mL for each site"
        raise Refused(Fault("plan.volume_ml", str(volume), expected, "Were units mixed up?"))
    return volume


def _dose(
    technique: str,
    planned: Sequence[PlannedSite],
    drug: str | None,
    percent: Decimal | None,
    given: PlanInput,
) -> DoseCheck | None:
    """Return the dose check. Given drugs count as given, planned ones as chosen."""
    treated = {(done.muscle, done.side, done.point) for done in given.given}
    # A site that was injected without its drug on record counts with the ordered drug.
    treated |= {(site.muscle, site.side, site.point) for site in given.treated if site.technique != "wet"}
    injections = list(given.given)
    if technique == "wet" and drug is not None and percent is not None:
        injections += [
            Injection(
                muscle=site.muscle_id,
                side=site.side,
                drug=drug,
                concentration_percent=percent,
                volume_ml=site.volume_ml or Decimal(0),
                point=site.point,
                with_epinephrine=given.order.with_epinephrine,
            )
            for site in planned
            if (site.muscle_id, site.side, site.point) not in treated
        ]
    if not injections:
        return None
    return check_dose(injections, given.patient, given.as_of, formulary(given.practice))


def _steroid(technique: str, sites: Sequence[OrderedSite], given: PlanInput) -> SteroidCheck | None:
    if technique != "wet" or given.order.steroid is None:
        return None
    treated = [TreatedSite(site.muscle.id, site.side, site.point) for site in sites]
    return check_steroid(
        given.order.steroid, treated, given.patient, given.earlier, given.as_of.date(), given.practice
    )


def _notices(planned: Sequence[PlannedSite], dose: DoseCheck | None, given: PlanInput) -> tuple[Notice, ...]:
    most = load_defaults().defaults.most_volume_ml
    notices = list(dose.notices) if dose else []
    notices += [
        Notice(
            id="volume",
            en=f"{site.side} {site.muscle}: {ml(site.volume_ml)} is more than the usual {most} mL a site.",
            es=f"{site.muscle_es} ({side_es(site.side)}): {ml(site.volume_ml)} es más que lo usual"
            f" ({most} mL por sitio).",
        )
        for site in planned
        if site.volume_ml is not None and site.volume_ml > most
    ]
    return tuple(notices)
