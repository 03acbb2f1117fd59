"""What the core makes of a visit as it stands; or why it cannot yet."""

from __future__ import annotations

from typing import Any

import msgspec

from needlepoint.episode import Episode, Walked, read_episode, walk
from needlepoint.records.compose import complaint_of, episode_object
from needlepoint.records.models import Visit
from needlepoint.refusal import Fault, Refused

__all__ = ["Thought", "think"]


class Thought(msgspec.Struct, frozen=True, kw_only=True):
    """The visit thought through. `walked` None: nothing says where it hurts yet, or `refused` says what is wrong."""

    object: dict[str, Any]
    episode: Episode | None
    walked: Walked | None
    refused: str
    refusal: tuple[Fault, ...] = ()


def think(visit: Visit) -> Thought:
    """Every stage of the corridor for a visit from `compose.full`."""
    found = episode_object(visit)
    told = complaint_of(visit)
    if not any(told.get(key) for key in ("regions", "pain_text")):
        return Thought(object=found, episode=None, walked=None, refused="")
    try:
        episode = read_episode(found)
        return Thought(object=found, episode=episode, walked=walk(episode), refused="")
    except Refused as refusal:
        return Thought(object=found, episode=None, walked=None, refused=str(refusal), refusal=refusal.faults)
