"""Why an episode stops: a red flag, an exceeded dose, something missing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.knowledge import rows
from needlepoint.base.people import GivenDose
from needlepoint.base.wording import mg
from needlepoint.coding import Session
from needlepoint.episode.half_said import holding, is_half_said
from needlepoint.episode.types import Cleared, Episode, Stop
from needlepoint.exam import Assessment
from needlepoint.reasoning.red_flags.check import RedFlag
from needlepoint.reasoning.triage import Ask, RuleOut
from needlepoint.treatment.bounds import may_clear
from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.practice import PracticeRules, formulary
from needlepoint.treatment.types import CheckVerdict, Injection

__all__ = ["given_at_sites", "missing", "stop_of", "too_much_given", "uncleared"]


DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def _stops() -> dict[str, Stop]:
    return {row.id: row for row in rows(DATA / "stops.toml", Stop, "stop")}


def stop_of(id_: str, en: str = "", es: str = "") -> Stop:
    """Return the words of `data/stops.toml`, filled in."""
    row = _stops()[id_]
    return Stop(id_, row.en.format(what=en), row.es.format(what=es))


def too_much_given(episode: Episode, practice: PracticeRules | None) -> Stop | None:
    """Return why no further needle is allowed: the session's totals exceed those of its sites, and the limit."""
    drugs = load_drugs() | formulary(practice)
    if episode.session is None or episode.as_of is None:
        return None
    by_site: dict[str, Decimal] = {}
    for row in given_at_sites(episode.session):
        by_site[row.drug] = by_site.get(row.drug, Decimal(0)) + row.dose_mg
    totals = {row.drug: row.given_mg for row in episode.session.drugs if row.drug in drugs}
    if all(dose <= by_site.get(drug, Decimal(0)) for drug, dose in totals.items()):
        return None  # the plan counts the sites
    given = [
        GivenDose(
            drug=drug,
            dose_mg=max(by_site.get(drug, Decimal(0)), totals.get(drug, Decimal(0))),
            at=episode.as_of,
        )
        for drug in dict.fromkeys((*by_site, *totals))
    ]
    patient = msgspec.structs.replace(episode.patient, given=[*(episode.patient.given or []), *given])
    dose = check_dose([], patient, episode.as_of, drugs)
    if dose.verdict is not CheckVerdict.NOT_MET:
        return None
    shares = "; ".join(f"{row.drug} {mg(row.dose_mg)} (máximo {mg(row.limit_mg)})" for row in dose.shares)
    return stop_of("too_much", dose.because, shares)


def uncleared(flags: Sequence[RedFlag | RuleOut], cleared: Sequence[Cleared]) -> Stop | None:
    """Return the reasons that block treatment: every warning not cleared in writing."""
    words = {item.flag for item in cleared if may_clear(item.profession, item.flag)}
    open_ = [flag for flag in flags if flag.id not in words]
    if not open_:
        return None
    en, es = (
        "; ".join(titles) for titles in zip(*((flag.title_en, flag.title_es) for flag in open_), strict=True)
    )
    return stop_of("red_flag", en, es)


def missing(episode: Episode, assessment: Assessment | None, asked: Sequence[Ask]) -> Stop | None:
    """Return what the plan still needs; None if nothing."""
    if assessment is None or not assessment.spots:
        return stop_of("examination")
    if episode.as_of is None:
        return stop_of("instant")
    open_ = holding(asked, episode.complaint.pain_text or "")
    if episode.cleared:  # clearing a warning in writing includes asking its guarding questions
        open_ = tuple(ask for ask in open_ if is_half_said(ask))
    if open_ and episode.session is None:
        en, es = " ".join(ask.text_en for ask in open_), " ".join(ask.text_es for ask in open_)
        return stop_of("half_said" if all(map(is_half_said, open_)) else "guard", en, es)
    if episode.plan is not None and episode.plan.sites == []:
        return stop_of("no_site")
    if episode.plan is None and not any(spot.injectable for spot in assessment.spots):
        return _nothing_to_inject(assessment)
    return None


def _nothing_to_inject(assessment: Assessment) -> Stop:
    open_ = next((spot for spot in assessment.spots if spot.injectable is None), None)
    if open_ is None:
        return stop_of("no_spot")
    return stop_of("unfinished", open_.because, load_atlas().muscles[open_.found.muscle].name_es)


def given_at_sites(session: Session | None) -> tuple[Injection, ...]:
    """Return what was given at each site, as far as the session records it by site."""
    return tuple(
        Injection(
            muscle=find_muscle(load_atlas(), site.muscle).id,
            side=site.side,
            drug=site.drug,
            concentration_percent=site.concentration_percent,
            volume_ml=site.volume_ml,
            point=site.point,
        )
        for site in (session.sites if session else [])
        if site.drug and site.concentration_percent and site.volume_ml
    )
