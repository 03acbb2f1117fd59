"""Palpation findings of one muscle, and their assessment."""

from __future__ import annotations

from enum import Enum

import msgspec

from needlepoint.base.knowledge import Certainty, Citation


class SpotStatus(Enum):
    """The assessment of a spot. `not_known` comes with what to examine."""

    ACTIVE = "active_trigger_point"
    LATENT = "latent_trigger_point"
    TENDER_SPOT = "tender_spot"
    NOTHING = "no_finding"
    NOT_KNOWN = "not_known"


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The signs of one muscle on one side. None: not examined. `pain_nprs` on pressure, 0-10."""

    muscle: str
    side: str
    point: str | None = None
    taut_band: bool | None = None
    tender_spot: bool | None = None
    referred_pain: bool | None = None
    familiar_pain: bool | None = None
    twitch: bool | None = None
    painful_stretch: bool | None = None


class CriteriaVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One set of criteria applied to one spot: its status, the signs counted, and what is still to be examined."""

    criteria: str
    status: SpotStatus
    present: tuple[str, ...]
    absent: tuple[str, ...]
    look_for: tuple[str, ...]
    citations: tuple[Citation, ...]
    certainty: Certainty


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """One spot by every set of criteria. The first set decides; `injectable` None: not known yet."""

    found: Found
    status: SpotStatus
    verdicts: tuple[CriteriaVerdict, ...]
    injectable: bool | None
    because: str


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """All examined spots, and their common assessment."""

    spots: tuple[Assessed, ...]
    widespread: str | None
