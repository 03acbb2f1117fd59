"""What is missing in a note before it is signed: what blocks, and what a payer will miss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from needlepoint.coverage.types import Verdict
from needlepoint.episode import Episode, Walked
from needlepoint.notes.load import load_gaps
from needlepoint.notes.write import After, ConsentGiven, SiteDone, place
from needlepoint.treatment.types import Verdict as Safe

__all__ = ["Gap", "gaps"]


class Gap(msgspec.Struct, frozen=True):
    """One thing that is missing. `blocks`: the note cannot be signed without it."""

    id: str
    blocks: bool
    en: str
    es: str


def gaps(
    episode: Episode, walked: Walked, sites: Sequence[SiteDone], after: After, consent: ConsentGiven | None
) -> tuple[Gap, ...]:
    """Everything that is missing, what blocks first."""
    found = list(_gaps(episode, walked, sites, after, consent))
    return tuple(sorted(found, key=lambda gap: not gap.blocks))


def _gaps(
    episode: Episode, walked: Walked, sites: Sequence[SiteDone], after: After, consent: ConsentGiven | None
) -> Iterator[Gap]:
    if walked.stopped:
        yield _gap("red_flag", what=walked.stopped)
    if not sites:
        yield _gap("no_site")
    techniques = {site.technique for site in sites}
    if sites and (consent is None or techniques - {consent.technique, "saline"}):
        yield _gap("no_consent")
    dose = walked.plan.chosen.dose if walked.plan else None
    if dose and dose.verdict is Safe.NOT_MET and sites:
        yield _gap("dose", what=dose.because)
    if episode.pain.now_nprs is None:
        yield _gap("no_pain_before")
    if sites and after.nprs is None:
        yield _gap("no_pain_after")
    felt = {
        (spot.found.muscle, spot.found.side)
        for spot in (walked.assessment.spots if walked.assessment else ())
    }
    for site in sites:
        if (site.muscle, site.side) not in felt:
            en, es = place(site.muscle, site.side, "en"), place(site.muscle, site.side, "es")
            row = load_gaps()["not_examined"]
            yield Gap(row.id, row.blocks, row.en.format(what=en), row.es.format(what=es))
    if "wet" in techniques and episode.session and not episode.session.drugs:
        yield _gap("no_drug")
    if episode.prior_care is None:
        yield _gap("no_care")
    for rule in walked.determination.rules if walked.determination else ():
        if rule.verdict is not Verdict.COVERED:
            row = load_gaps()["payer"]
            yield Gap(row.id, row.blocks, row.en.format(what=rule.asks), row.es.format(what=rule.asks_es))


def _gap(id_: str, **values: Any) -> Gap:
    row = load_gaps()[id_]
    return Gap(id_, row.blocks, row.en.format(**values), row.es.format(**values))
