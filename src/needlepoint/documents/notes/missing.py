"""What is missing in a note before it is signed: what blocks, and what a payer will miss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from needlepoint.base.wording import number
from needlepoint.coverage.types import CoverageVerdict
from needlepoint.documents.notes.load import load_gaps
from needlepoint.documents.notes.write import ConsentGiven, place
from needlepoint.episode.types import Episode, EpisodeResult
from needlepoint.treatment.types import CheckVerdict
from needlepoint.visit import Visit, derive
from needlepoint.visit.before_needle import consent_covers
from needlepoint.visit.facts import Spot

__all__ = ["Gap", "gap_of", "gaps"]


class Gap(msgspec.Struct, frozen=True):
    """One missing item. `blocks`: the note cannot be signed without it."""

    id: str
    blocks: bool
    en: str
    es: str


def gaps(
    episode: Episode, walked: EpisodeResult, visit: Visit, consent: ConsentGiven | None
) -> tuple[Gap, ...]:
    """Return everything that is missing, what blocks first."""
    found = list(_gaps(episode, walked, visit, consent))
    return tuple(sorted(found, key=lambda gap: not gap.blocks))


def _gaps(
    episode: Episode, walked: EpisodeResult, visit: Visit, consent: ConsentGiven | None
) -> Iterator[Gap]:
    sites = [(site.spot, site.given) for site in visit.treated if site.given]
    if visit.facts.without_needle is None:
        if walked.stopped:
            yield _said("red_flag", walked.stopped.en, walked.stopped.es)
        if not sites:
            yield gap_of("no_site")
    techniques = {given.technique for _, given in sites}
    signed = () if consent is None else (consent.technique, *consent.others)
    if not all(consent_covers(signed, technique) for technique in techniques):
        yield gap_of("no_consent")
    if sites and visit.facts.time_out is None:
        yield gap_of("no_time_out")
    dose = walked.dose
    if dose and dose.verdict is CheckVerdict.NOT_MET and sites:
        yield gap_of("dose", what=dose.because)
    if episode.pain.now_nprs is None:
        yield gap_of("no_pain_before")
    if sites and visit.facts.observed.pain_after is None:
        yield gap_of("no_pain_after")
    yield from _not_examined([spot for spot, _ in sites], walked)
    for asked in walked.reasoned.examine:
        yield _said("no_neurological", asked.en, asked.es)
    if any(given.technique == "wet" and not given.dose_mg for _, given in sites):
        yield gap_of("no_drug")
    yield from _of_vials(visit)
    for id_ in derive.missing_for_billing(visit):
        yield gap_of(id_)
    if visit.facts.without_needle is None and episode.prior_care is None:
        yield gap_of("no_care")
    for rule in walked.determination.rules if walked.determination else ():
        if rule.verdict is not CoverageVerdict.COVERED:
            yield _said("payer", rule.asks, rule.asks_es)


def _not_examined(spots: Sequence[Spot], walked: EpisodeResult) -> Iterator[Gap]:
    """Yield the treated sites without palpation."""
    examined = walked.assessment.spots if walked.assessment else ()
    felt = {(spot.found.muscle, spot.found.side) for spot in examined}
    for spot in spots:
        if (spot.muscle, spot.side) not in felt:
            yield _said(
                "not_examined", place(spot.muscle, spot.side, "en"), place(spot.muscle, spot.side, "es")
            )


def _said(id_: str, en: str, es: str) -> Gap:
    """Return a gap about something that has a name in each language."""
    row = load_gaps()[id_]
    return Gap(id_, row.blocks, row.en.format(what=en), row.es.format(what=es))


def _of_vials(visit: Visit) -> Iterator[Gap]:
    """Yield concentrations that the opened vials do not have."""
    for one in derive.too_weak(visit):
        yield gap_of("weak_vial", drug=one.drug, given=number(one.given), vial=number(one.vial))
    for one in derive.undeclared_dilutions(visit):
        yield gap_of("diluted", drug=one.drug, given=number(one.given), vial=number(one.vial))


def gap_of(id_: str, **values: Any) -> Gap:
    """Return a gap by its id, its words filled in."""
    row = load_gaps()[id_]
    return Gap(id_, row.blocks, row.en.format(**values), row.es.format(**values))
