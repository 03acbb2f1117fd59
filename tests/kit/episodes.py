"""Episodes of made-up people with an account, to be changed by tests."""

from __future__ import annotations

import copy
import json
from typing import Any

from needlepoint.episode.read import read_episode
from needlepoint.episode.types import Episode, EpisodeResult
from needlepoint.episode.walk import walk
from tests.places import ROOT

EXAMPLES = ROOT / "examples"
SITUATIONS = EXAMPLES / "situations"


def plain(name: str = "situations/seven_muscles", **changed: Any) -> dict[str, Any]:
    """An example as plain data, with some of its parts replaced."""
    obj = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return copy.deepcopy(obj) | changed


def account(obj: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The same episode with another account."""
    return obj | {"account": obj["account"] | changed}


def walked(obj: dict[str, Any], **given: Any) -> tuple[Episode, EpisodeResult]:
    episode = read_episode(obj)
    return episode, walk(episode, **given)
