"""What the core makes of a visit as it stands; or why it cannot yet."""

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
    """The visit thought through. `walked` None: nothing says where it hurts yet, or `refused` says what is wrong."""

    episode: Episode | None
    walked: EpisodeResult | None
    refused: str
    refusal: tuple[Fault, ...] = ()


def think(visit: Visit) -> VisitEvaluation:
    """Every stage of the pipeline for a visit from `compose.full`."""
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
    """An episode that is the same as another where both are encoded alike, and the payers beside it are the same."""

    encoded: bytes
    episode: Episode
    payers: tuple[Policy, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.encoded == other.encoded and self.payers is other.payers

    def __hash__(self) -> int:
        return hash(self.encoded)


@lru_cache(maxsize=32)
def _walk(asked: _Asked) -> EpisodeResult:
    """What the stages say of an episode depends on nothing else: a board that is shown again is not computed again."""
    return walk(asked.episode, payers=asked.payers)


@cache
def own_payers() -> tuple[Policy, ...]:
    """The practice's own payers from NEEDLEPOINT_POLICIES, read once. Raises Refused with every fault of its files."""
    return read_own(settings.POLICIES) if settings.POLICIES else ()
