"""What the core makes of a visit as it stands; or why it cannot yet."""

from __future__ import annotations

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.episode.walk import Episode, Walked, walk
from needlepoint.records.models import Visit
from needlepoint.records.visit.episode_from_rows import episode_of

__all__ = ["Thought", "think"]


class Thought(msgspec.Struct, frozen=True, kw_only=True):
    """The visit thought through. `walked` None: nothing says where it hurts yet, or `refused` says what is wrong."""

    episode: Episode | None
    walked: Walked | None
    refused: str
    refusal: tuple[Fault, ...] = ()


def think(visit: Visit) -> Thought:
    """Every stage of the pipeline for a visit from `compose.full`."""
    if not visit.facts.reported.told:
        return Thought(episode=None, walked=None, refused="")
    try:
        episode = episode_of(visit)
        return Thought(episode=episode, walked=walk(episode), refused="")
    except Refused as refusal:
        return Thought(episode=None, walked=None, refused=str(refusal), refusal=refusal.faults)
