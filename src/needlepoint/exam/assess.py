"""From findings to an assessment: trigger point or tender spot, active or latent, and whether it may be injected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.base.knowledge import Certainty, cite, read_toml
from needlepoint.base.refusal import Fault, Refused
from needlepoint.exam.types import Assessed, Assessment, CriteriaVerdict, Found, SpotStatus

DATA = Path(__file__).parent / "data"
SIGNS = ("taut_band", "tender_spot", "referred_pain", "familiar_pain", "twitch", "painful_stretch")


class Criteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A set of signs, of which `needed` make a trigger point, and the sign that makes it active."""

    id: str
    en: str
    es: str
    signs: list[str]
    needed: int
    active_needs: str
    certainty: Certainty
    source: list[str]


class Injectable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signs without which a spot is not injected by default."""

    needs: list[str]
    status: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class Widespread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many tender spots without a band, in how many body areas, suggest fibromyalgia."""

    least_tender: int
    least_areas: int
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class CriteriaRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of `data/criteria.toml`."""

    criteria: list[Criteria]
    injectable: Injectable
    widespread: Widespread


@lru_cache(maxsize=1)
def load_rules() -> CriteriaRows:
    """Return the criteria, each with its source and with known signs only."""
    rules = msgspec.convert(read_toml(DATA / "criteria.toml"), CriteriaRows)
    for keys in (rules.injectable.source, rules.widespread.source, *(row.source for row in rules.criteria)):
        cite(DATA, keys, "criteria.toml")
    for row in rules.criteria:
        unknown = {*row.signs, row.active_needs} - set(SIGNS)
        if unknown:
            raise Refused(
                Fault(f"criteria.toml {row.id}", ", ".join(sorted(unknown)), f"one of {', '.join(SIGNS)}")
            )
    return rules


def assess(spots: Sequence[Found], needs: Sequence[str] | None = None) -> Assessment:
    """Return the assessment of every examined spot, with a notice of widespread tenderness.

    `needs`: the signs that a practice requires before a needle instead of ours, if it has decided so.
    """
    assessed = tuple(_assess(found, needs) for found in spots)
    return Assessment(spots=assessed, widespread=_widespread(assessed))


def _assess(found: Found, own_needs: Sequence[str] | None) -> Assessed:
    rules = load_rules()
    verdicts = tuple(judge(found, criteria) for criteria in rules.criteria)
    status = verdicts[0].status
    asked = rules.injectable.needs if own_needs is None else own_needs
    needs = {sign: getattr(found, sign) for sign in asked}
    missing = [sign for sign, seen in needs.items() if seen is False]
    open_ = [sign for sign, seen in needs.items() if seen is None]
    # A practice that has chosen its own signs requires only those.
    by_status = own_needs is None
    if missing or (by_status and status in (SpotStatus.LATENT, SpotStatus.TENDER_SPOT, SpotStatus.NOTHING)):
        why = f"{', '.join(_words(missing)) or status.value.replace('_', ' ')}"
        asks = rules.injectable.en if by_status else ", ".join(sign.replace("_", " ") for sign in asked)
        injectable, because = False, f"Injection asks for {asks}; here: {why}."
    elif open_ or (by_status and status is SpotStatus.NOT_KNOWN):
        look = dict.fromkeys([*open_, *(verdicts[0].look_for if by_status else ())])
        injectable, because = None, f"Not known yet: look for {', '.join(_words_of(look))}."
    else:
        injectable = True
        because = f"It is {rules.injectable.en}." if by_status else "It has what this practice asks for."
    return Assessed(found=found, status=status, verdicts=verdicts, injectable=injectable, because=because)


def judge(found: Found, criteria: Criteria) -> CriteriaVerdict:
    """Apply one set of criteria to one spot. A sign that was not examined stays unknown, never absent."""
    seen = {sign: getattr(found, sign) for sign in criteria.signs}
    present = [sign for sign, value in seen.items() if value is True]
    absent = [sign for sign, value in seen.items() if value is False]
    open_ = [sign for sign, value in seen.items() if value is None]
    status, look_for = _status(found, criteria, len(present), open_)
    return CriteriaVerdict(
        criteria=criteria.id,
        status=status,
        present=tuple(present),
        absent=tuple(absent),
        look_for=tuple(look_for),
        citations=cite(DATA, criteria.source, criteria.id),
        certainty=criteria.certainty,
    )


def _status(found: Found, criteria: Criteria, present: int, open_: list[str]) -> tuple[SpotStatus, list[str]]:
    if present >= criteria.needed:
        recognized = getattr(found, criteria.active_needs)
        if recognized is None:
            return SpotStatus.NOT_KNOWN, [criteria.active_needs]
        return (SpotStatus.ACTIVE if recognized else SpotStatus.LATENT), []
    if present + len(open_) >= criteria.needed:
        return SpotStatus.NOT_KNOWN, open_
    if found.tender_spot is None:
        return SpotStatus.NOT_KNOWN, ["tender_spot"]
    return (SpotStatus.TENDER_SPOT if found.tender_spot else SpotStatus.NOTHING), []


def _widespread(spots: Sequence[Assessed]) -> str | None:
    rule = load_rules().widespread
    muscles = load_atlas().muscles
    tender = [spot.found for spot in spots if spot.found.tender_spot and spot.found.taut_band is False]
    areas = {muscles[found.muscle].body_area for found in tender if found.muscle in muscles}
    return rule.en if len(tender) >= rule.least_tender and len(areas) >= rule.least_areas else None


def _words(signs: Sequence[str]) -> list[str]:
    return [f"no {sign.replace('_', ' ')}" for sign in signs]


def _words_of(signs: dict[str, None]) -> list[str]:
    return [sign.replace("_", " ") for sign in signs]
