"""Each condition of a rule: met by the record, not met, or unknown.

Every kind of condition has two functions: `met` is the fast test for one claim; `shows` returns what the record shows
and what to enter, only when somebody reads it. `coverage.batch` tests a whole practice.
"""

from __future__ import annotations

from needlepoint.coverage.load import Need
from needlepoint.coverage.rules.codes import CODE_LINES
from needlepoint.coverage.rules.facts import FACT_LINES
from needlepoint.coverage.rules.history import (
    HISTORY_LINES,
    history_of,
    region_of,
    sessions_counted,
    window_start,
)
from needlepoint.coverage.rules.line import GOALS, THREE_OF_FOUR, History, Met, RuleLine

__all__ = [
    "GOALS",
    "LINES",
    "THREE_OF_FOUR",
    "History",
    "Met",
    "RuleLine",
    "history_of",
    "lines_of",
    "region_of",
    "sessions_counted",
    "window_start",
]

LINES: dict[str, RuleLine] = {**CODE_LINES, **FACT_LINES, **HISTORY_LINES}


def lines_of(need: Need) -> list[str]:
    """Return the names of the conditions in a need."""
    return [name for name in LINES if getattr(need, name) is not None]
