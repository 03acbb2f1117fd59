"""One kind of line of a rule's need: its question, and how its answer is worded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from needlepoint.coverage.load import Need
from needlepoint.coverage.types import CoverageFacts, Earlier

__all__ = [
    "GOALS",
    "NOBODY_ASKED",
    "NO_DIAGNOSIS",
    "NO_SESSION",
    "THREE_OF_FOUR",
    "History",
    "Met",
    "RuleLine",
    "words_of",
]

History = Sequence[Earlier] | None  # earlier sessions, the last one first; None: nobody asked
Met = Callable[[CoverageFacts, History], bool | None]
THREE_OF_FOUR = 3  # of band, tender spot, twitch and referral: one of the first two is among any three
GOALS = "functional_goals"
NO_DIAGNOSIS = ("no diagnosis entered", "Enter the diagnosis codes.")
# What the record shows of sessions where there was none.
NO_SESSION = ("no session before", "this place was not treated before")
NOBODY_ASKED = ("nobody asked about earlier sessions", "Enter the earlier sessions, or none.")


class RuleLine(NamedTuple):
    """One kind of line: makes its question from what the row writes, and words its answer."""

    met: Callable[[Any, Need], Met]
    shows: Callable[[Any, Need, CoverageFacts, History], tuple[str, str]]


def words_of(name: str) -> str:
    """The name of a field in words."""
    return name.replace("_", " ")
