"""What is missing in a note before it is signed: what blocks, and what a payer will miss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from needlepoint.base.wording import number
from needlepoint.coverage.types import CoverageVerdict
from needlepoint.documents.notes.load import load_gaps
from needlepoint.documents.notes.write import ConsentGiven, place
from needlepoint.episode.types import Episode, EpisodeResult
from needlepoint.treatment.types import CheckVerdict
from needlepoint.visit import Visit, derive

__all__ = ["Gap", "gap_of", "gaps"]


class Gap(msgspec.Struct, frozen=True):
    """One thing that is missing. `blocks`: the note cannot be signed without it."""

    id: str
    blocks: bool
    en: str
    es: str


def gaps(
    episode: Episode, walked: EpisodeResult, visit: Visit, consent: ConsentGiven | None
) -> tuple[Gap, ...]:
    """Everything that is missing, what blocks first."""
    found = list(_gaps(episode, walked, visit, consent))
    return tuple(sorted(found, key=lambda gap: not gap.blocks))


def _gaps(
    episode: Episode, walked: EpisodeResult, visit: Visit, consent: ConsentGiven | None
) -> Iterator[Gap]:
    sites = [(site.spot, site.given) for site in visit.treated if site.given]
    if visit.facts.without_needle is None:
        if walked.stopped:
            row = load_gaps()["red_flag"]
            en, es = row.en.format(what=walked.stopped.en), row.es.format(what=walked.stopped.es)
            yield Gap("red_flag", row.blocks, en, es)
        if not sites:
            yield gap_of("no_site")
    techniques = {given.technique for _, given in sites}
    if sites and (consent is None or techniques - {consent.technique, "saline"}):
        yield gap_of("no_consent")
    dose = walked.dose
    if dose and dose.verdict is CheckVerdict.NOT_MET and sites:
        yield gap_of("dose", what=dose.because)
    if episode.pain.now_nprs is None:
        yield gap_of("no_pain_before")
    if sites and visit.facts.observed.pain_after is None:
        yield gap_of("no_pain_after")
    felt = {
        (spot.found.muscle, spot.found.side)
        for spot in (walked.assessment.spots if walked.assessment else ())
    }
    for spot, _ in sites:
        if (spot.muscle, spot.side) not in felt:
            en, es = place(spot.muscle, spot.side, "en"), place(spot.muscle, spot.side, "es")
            row = load_gaps()["not_examined"]
            yield Gap(row.id, row.blocks, row.en.format(what=en), row.es.format(what=es))
    if any(given.technique == "wet" and not given.dose_mg for _, given in sites):
        yield gap_of("no_drug")
    for one in derive.too_weak(visit):
        yield gap_of("weak_vial", drug=one.drug, given=number(one.given), vial=number(one.vial))
    for one in derive.diluted(visit):
        yield gap_of("diluted", drug=one.drug, given=number(one.given), vial=number(one.vial))
    for id_ in derive.missing_for_billing(visit):
        yield gap_of(id_)
    if visit.facts.without_needle is None and episode.prior_care is None:
        yield gap_of("no_care")
    for rule in walked.determination.rules if walked.determination else ():
        if rule.verdict is not CoverageVerdict.COVERED:
            row = load_gaps()["payer"]
            yield Gap(row.id, row.blocks, row.en.format(what=rule.asks), row.es.format(what=rule.asks_es))


def gap_of(id_: str, **values: Any) -> Gap:
    """A gap by its id, its words filled in."""
    row = load_gaps()[id_]
    return Gap(id_, row.blocks, row.en.format(**values), row.es.format(**values))
