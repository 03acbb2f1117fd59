"""One kind of condition in a rule: its test, and the words of its result."""

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

History = Sequence[Earlier] | None  # earlier sessions, the last one first; None: not asked
Met = Callable[[CoverageFacts, History], bool | None]
THREE_OF_FOUR = 3  # of band, tender spot, twitch and referral: one of the first two is among any three
GOALS = "functional_goals"
NO_DIAGNOSIS = ("no diagnosis entered", "Enter the diagnosis codes.")
# What the record shows when there was no session.
NO_SESSION = ("no session before", "this place was not treated before")
NOBODY_ASKED = ("nobody asked about earlier sessions", "Enter the earlier sessions, or none.")


class RuleLine(NamedTuple):
    """One kind of condition: makes its test from the row's value, and words its result."""

    met: Callable[[Any, Need], Met]
    shows: Callable[[Any, Need, CoverageFacts, History], tuple[str, str]]


def words_of(name: str) -> str:
    """Return the name of a field in words."""
    return name.replace("_", " ")
