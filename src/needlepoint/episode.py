"""One episode of care as far as it has come, and the walk through the stages that its content allows."""

from __future__ import annotations

from typing import Any

import msgspec

from needlepoint.people import Patient
from needlepoint.reasoning.reason import Reasoned, reason
from needlepoint.refusal import Fault, Refused, read_as

__all__ = ["Episode", "Walked", "read_episode", "walk"]


class Episode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file of an episode. `complaint` is in the case format; `palpated` what was felt so far."""

    id: str
    title: str = ""
    patient: Patient = Patient()
    complaint: dict[str, Any]
    palpated: list[dict[str, Any]] = []


class Walked(msgspec.Struct, frozen=True, kw_only=True):
    """What each stage said. `stopped` names why the walk went no further, when it did not."""

    id: str
    title: str
    reasoned: Reasoned
    stopped: str | None


def read_episode(obj: Any) -> Episode:
    """A plain object as an Episode; Refused with the place of what does not fit."""
    if not isinstance(obj, dict):
        raise Refused(Fault("episode", type(obj).__name__, "an object with 'id' and 'complaint'"))
    return read_as(obj, Episode, "episode")


def walk(episode: Episode) -> Walked:
    """The episode through the reasoning. An emergency stops the walk before any examination or needle."""
    complaint = {**episode.complaint, "palpated": episode.palpated}
    reasoned = reason(complaint, "complaint", episode.patient.age_years)
    urgent = [flag.title_en for flag in reasoned.red_flags if flag.urgency != "before_needle"]
    stopped = f"{'; '.join(urgent)}. This comes before any needle." if urgent else None
    return Walked(id=episode.id, title=episode.title, reasoned=reasoned, stopped=stopped)
