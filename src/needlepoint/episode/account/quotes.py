"""The record in short sentences, as quoted in a letter to a payer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.wording import day_words
from needlepoint.coding.types import SessionSite
from needlepoint.exam import Assessment, Found
from needlepoint.treatment.types import EarlierSession, PriorCare

__all__ = ["SIGNS_FELT", "quotes_of"]

SIGNS_FELT = ("taut_band", "tender_spot", "familiar_pain", "referred_pain", "twitch")


def quotes_of(
    pain_weeks: Decimal | None,
    sites: Sequence[SessionSite],
    assessment: Assessment | None,
    prior_care: Sequence[PriorCare],
    earlier: Sequence[EarlierSession],
) -> Iterator[str]:
    """Return what the record says, in the order in which a reviewer asks."""
    if pain_weeks is not None:
        yield f"Pain for {pain_weeks} weeks."
    treated = {(find_muscle(load_atlas(), site.muscle).id, site.side) for site in sites}
    for spot in assessment.spots if assessment else ():
        if (spot.found.muscle, spot.found.side) in treated:
            yield from _felt(spot.found)
    yield from map(_tried, prior_care)
    yield from map(_went, sorted(earlier, key=lambda session: session.on))


def _felt(found: Found) -> Iterator[str]:
    signs = [sign.replace("_", " ") for sign in SIGNS_FELT if getattr(found, sign) is True]
    if signs:
        name = load_atlas().muscles[found.muscle].name
        yield f"{found.side.capitalize()} {name}: {', '.join(signs)}."


def _tried(care: PriorCare) -> str:
    weeks = f", {care.weeks} weeks" if care.weeks is not None else ""
    how = {True: "helped", False: "did not help", None: "outcome not written down"}[care.helped]
    ended = f"not possible: {care.cannot}" if care.cannot else how
    return f"{care.what[:1].upper()}{care.what[1:]}{weeks}: {ended}."


def _went(session: EarlierSession) -> str:
    relief = (
        "relief not written down" if session.relief_percent is None else f"{session.relief_percent} % relief"
    )
    weeks = f" for {session.relief_weeks} weeks" if session.relief_weeks is not None else ""
    return f"Session of {day_words(session.on)}: {relief}{weeks}."
