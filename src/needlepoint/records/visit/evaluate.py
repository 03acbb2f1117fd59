"""What the core makes of the current visit; or why it cannot yet."""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec
from django.conf import settings

from needlepoint.base.refusal import Fault, Refused
from needlepoint.coverage.check import read_own
from needlepoint.coverage.load import Policy
from needlepoint.episode.types import Episode, EpisodeResult
from needlepoint.episode.walk import walk
from needlepoint.records.models import Visit
from needlepoint.records.visit.episode_from_rows import episode_of

__all__ = ["VisitEvaluation", "own_payers", "think"]


class VisitEvaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The evaluated visit. `walked` None: no place of pain yet, or `refused` says what is wrong."""

    episode: Episode | None
    walked: EpisodeResult | None
    refused: str
    refusal: tuple[Fault, ...] = ()


def think(visit: Visit) -> VisitEvaluation:
    """Run every stage of the pipeline for a visit from `episode_from_rows.full`."""
    if not visit.facts.reported.told:
        return VisitEvaluation(episode=None, walked=None, refused="")
    try:
        episode = episode_of(visit)
        return VisitEvaluation(
            episode=episode,
            walked=_walk(_Asked(msgspec.json.encode(episode), episode, own_payers())),
            refused="",
        )
    except Refused as refusal:
        return VisitEvaluation(episode=None, walked=None, refused=str(refusal), refusal=refusal.faults)


class _Asked(msgspec.Struct, frozen=True, eq=False):
    """A cache key: episodes are equal when their encodings and the payers are equal."""

    encoded: bytes
    episode: Episode
    payers: tuple[Policy, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.encoded == other.encoded and self.payers is other.payers

    def __hash__(self) -> int:
        return hash(self.encoded)


@lru_cache(maxsize=32)
def _walk(asked: _Asked) -> EpisodeResult:
    """Run the stages, cached: they depend on nothing else, so that showing a board again computes nothing."""
    return walk(asked.episode, payers=asked.payers)


@cache
def own_payers() -> tuple[Policy, ...]:
    """Return the practice's own payers from NEEDLEPOINT_POLICIES, read once.

    Raises Refused with every fault of its files.
    """
    return read_own(settings.POLICIES) if settings.POLICIES else ()
