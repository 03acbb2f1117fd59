"""From an assessment to a plan: technique, sites, doses, precautions, scope, consent, room, aftercare, follow-up.

The plan is refused (`not_met`), can go ahead (`met`), or waits for answers (`not_known`); in each case it says why.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.knowledge import Citation, cite
from needlepoint.base.refusal import Fault, Refused
from needlepoint.treatment.dose.toxicity import ToxicityCard, toxicity_card
from needlepoint.treatment.plan.candidate import Candidate, weigh_candidate
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.plan.input import PlanInput
from needlepoint.treatment.plan.order import OrderedSite, read_sites
from needlepoint.treatment.plan.practice import PracticeRules
from needlepoint.treatment.plan.sites import PlannedSite
from needlepoint.treatment.plan.statements import PlanStatement, reasons
from needlepoint.treatment.precautions.advice import Advice, advise
from needlepoint.treatment.precautions.traits import DATA
from needlepoint.treatment.spanish import place_es
from needlepoint.treatment.types import CheckVerdict

__all__ = ["Plan", "PlanInput", "make_plan"]


class CareFirst(msgspec.Struct, frozen=True):
    """Why less invasive care should come first, or what to ask to decide it."""

    wait: bool | None
    en: str
    es: str
    citations: tuple[Citation, ...]


class FollowUp(msgspec.Struct, frozen=True):
    """When to survey the patient, and the earliest day of a repeat."""

    ask_on: tuple[datetime.date, ...]
    not_before: datetime.date
    citations: tuple[Citation, ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan and its reasons. `passed_over` are the techniques that were tried first and why they failed."""

    verdict: CheckVerdict
    because: tuple[str, ...]
    chosen: Candidate
    why_en: str
    why_es: str
    passed_over: tuple[tuple[str, str], ...]
    passed_over_es: tuple[tuple[str, str], ...]
    would_pass: tuple[str, ...]
    left_out: tuple[str, ...]
    left_out_es: tuple[str, ...]
    wait: CareFirst
    advice: dict[str, tuple[Advice, ...]]
    toxicity: ToxicityCard | None
    follow_up: FollowUp
    loosened: str | None

    @property
    def sites(self) -> tuple[PlannedSite, ...]:
        """Return the sites in the order of treatment."""
        return self.chosen.sites

    @property
    def statements(self) -> tuple[PlanStatement, ...]:
        """Return everything that the plan says, the most severe first, with its technique and the practice's rules."""
        return (*self.chosen.statements, *_of_wait(self.wait), *_of_loosened(self.loosened))


def _of_wait(wait: CareFirst) -> list[PlanStatement]:
    if wait.wait is False:
        return []
    kind = "warn" if wait.wait else "question"
    return [
        PlanStatement(
            kind=kind, id="waiting", en=wait.en, es=wait.es, severity="medium", citations=wait.citations
        )
    ]


def _of_loosened(words: str | None) -> list[PlanStatement]:
    if words is None:
        return []
    return [PlanStatement(kind="notice", id="loosened", en=words, es=words, severity="medium")]


def make_plan(given: PlanInput) -> Plan:
    """Return the plan for this patient, by this clinician, at this instant.

    Raises Refused for invalid orders (unknown muscle, duplicate site, impossible volume), and when neither the order
    nor the assessment names a site.
    """
    sites, left_out = _sites(given)
    tried = [weigh_candidate(id_, sites, given) for id_ in _techniques(given)]
    chosen = _choose(tried)
    row = next(row for row in load_defaults().technique if row.id == chosen.technique)
    asked = len(_techniques(given)) == 1
    rest = [c for c in tried if c is not chosen]
    return Plan(
        verdict=chosen.verdict,
        because=chosen.because,
        chosen=chosen,
        why_en="as ordered" if asked else row.why_en,
        why_es="según la orden" if asked else row.why_es,
        passed_over=_passed_over(tried, chosen, "en"),
        passed_over_es=_passed_over(tried, chosen, "es"),
        would_pass=_would_pass(given, sites, rest, chosen),
        left_out=left_out,
        left_out_es=_left_out_es(given),
        wait=_wait(given),
        advice=advise(chosen.situation),
        toxicity=toxicity_card(given.patient) if chosen.technique == "wet" else None,
        follow_up=_follow_up(given.as_of.date()),
        loosened=_loosened(given.practice),
    )


def _sites(given: PlanInput) -> tuple[tuple[OrderedSite, ...], tuple[str, ...]]:
    """Return the sites to treat: as ordered, else every qualifying spot; and the spots left out, with the reason."""
    verdicts = {(s.found.muscle, s.found.side): s for s in given.assessment.spots}
    left_out = tuple(
        f"{s.found.side} {load_atlas().muscles[s.found.muscle].name}: {s.because}"
        for s in given.assessment.spots
        if not s.injectable
    )
    if given.order.sites is None:
        found = tuple(
            OrderedSite(find_muscle(load_atlas(), s.found.muscle), s.found.side, s.found.point, None)
            for s in given.assessment.spots
            if s.injectable
        )
        if not found:
            why = " ".join(left_out) or "nothing was examined"
            expected = "a spot that is tight, refers and gives the pain that the patient knows"
            raise Refused(Fault("plan", why, expected, "Examine further, or treat without a needle."))
        return found, left_out
    sites = read_sites(given.order.sites)
    treated = {(site.muscle, site.side, site.point) for site in given.treated}
    faults = [
        Fault(
            f"plan.sites[{n}]",
            f"{site.side} {site.muscle.name}",
            "a spot that the examination found fit for a needle",
            verdict.because
            if (verdict := verdicts.get((site.muscle.id, site.side)))
            else "It was not examined.",
        )
        for n, site in enumerate(sites)
        if (site.muscle.id, site.side, site.point) not in treated
        and not ((spot := verdicts.get((site.muscle.id, site.side))) and spot.injectable)
    ]
    if faults:
        raise Refused(faults)
    return sites, left_out


def _left_out_es(given: PlanInput) -> tuple[str, ...]:
    """The spots left out, in Spanish."""
    return tuple(
        f"{place_es(load_atlas().muscles[spot.found.muscle], spot.found.side)}:"
        f" {'falta explorar' if spot.injectable is None else 'no cumple lo que pide la inyección'}."
        for spot in given.assessment.spots
        if not spot.injectable
    )


def _techniques(given: PlanInput) -> list[str]:
    """Return the ordered technique, or all that the practice offers, in the order of preference."""
    known = [row.id for row in load_defaults().technique]
    order = given.order
    if order.technique is not None:
        return [order.technique]
    if order.drug or order.concentration_percent is not None or order.steroid or order.with_epinephrine:
        return ["wet"]  # an ordered drug is a choice of technique
    offered = given.practice.techniques if given.practice else None
    return [id_ for id_ in known if offered is None or id_ in offered] or known


def _choose(tried: Sequence[Candidate]) -> Candidate:
    """Return the first that is not refused; one that the law is known to allow comes before an unclear one."""
    open_ = [candidate for candidate in tried if candidate.verdict is not CheckVerdict.NOT_MET]
    allowed = [candidate for candidate in open_ if candidate.scope.verdict is CheckVerdict.MET]
    return (allowed or open_ or list(tried))[0]


def _passed_over(tried: Sequence[Candidate], chosen: Candidate, lang: str) -> tuple[tuple[str, str], ...]:
    before = tried[: next(n for n, candidate in enumerate(tried) if candidate is chosen)]
    return tuple((candidate.technique, " ".join(reasons(candidate.statements, lang))) for candidate in before)


def _would_pass(
    given: PlanInput, sites: tuple[OrderedSite, ...], rest: Sequence[Candidate], chosen: Candidate
) -> tuple[str, ...]:
    """When the plan is refused, return the other techniques that would not be."""
    if chosen.verdict is not CheckVerdict.NOT_MET:
        return ()
    done = {candidate.technique for candidate in rest} | {chosen.technique}
    others = [row.id for row in load_defaults().technique if row.id not in done]
    candidates = [*rest, *(weigh_candidate(id_, sites, given) for id_ in others)]
    return tuple(c.technique for c in candidates if c.verdict is not CheckVerdict.NOT_MET)


def _wait(given: PlanInput) -> CareFirst:
    """Return whether less invasive care was tried long enough, was not possible, or the pain is too severe to wait."""
    rule = load_defaults().waiting
    citations = cite(DATA, rule.source, "technique.toml waiting")
    if given.pain_nprs is not None and given.pain_nprs >= rule.severe_nprs:
        return CareFirst(
            False, f"Severe pain ({given.pain_nprs}/10): no need to wait.", "Dolor intenso.", citations
        )
    if given.prior_care is None:
        return CareFirst(
            None,
            "What was tried before the needle, and for how long?",
            "¿Qué se probó antes y cuánto tiempo?",
            citations,
        )
    enough = [
        care
        for care in given.prior_care
        if care.cannot or (care.weeks is not None and care.weeks >= rule.least_care_weeks)
    ]
    if enough:
        named = "; ".join(f"{c.what} ({c.cannot or f'{c.weeks} weeks'})" for c in enough)
        return CareFirst(False, f"Tried before: {named}.", f"Se probó antes: {named}.", citations)
    return CareFirst(True, rule.en, rule.es, citations)


def _follow_up(day: datetime.date) -> FollowUp:
    rule = load_defaults().follow_up
    return FollowUp(
        ask_on=tuple(day + datetime.timedelta(days=days) for days in rule.days),
        not_before=day + datetime.timedelta(days=rule.earliest_repeat_days),
        citations=cite(DATA, rule.source, "technique.toml follow_up"),
    )


def _loosened(practice: PracticeRules | None) -> str | None:
    if practice is None or practice.injectable is None:
        return None
    rule = practice.injectable
    return f"This practice asks only for {', '.join(rule.needs)} before a needle ({rule.by}, {rule.on}: {rule.why})."
