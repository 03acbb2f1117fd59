"""The neurological examination and the range of motion of a visit: what was found, one value for each test and side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from needlepoint.exam.motion import checked_motion
from needlepoint.reasoning.neurological import checked_finding
from needlepoint.visit import commands as act
from needlepoint.visit.clinical import with_facts
from needlepoint.visit.commands.base import Command
from needlepoint.visit.context import Context
from needlepoint.visit.facts import Visit

__all__ = ["HANDLERS"]


def _neurological(visit: Visit, command: act.RecordNeurological, context: Context) -> Visit:
    found = {(row.test, row.side): checked_finding(row, "found") for row in command.found}
    kept = {(row.test, row.side): row for row in visit.facts.neurological}
    return with_facts(visit, neurological=_merged(kept, found, command.remove))


def _motions(visit: Visit, command: act.RecordMotions, context: Context) -> Visit:
    found = {(row.motion, row.side): checked_motion(row, "found") for row in command.found}
    kept = {(row.motion, row.side): row for row in visit.facts.motions}
    return with_facts(visit, motions=_merged(kept, found, command.remove))


def _merged(
    kept: dict[tuple[str, str], Any], found: dict[tuple[str, str], Any], remove: Iterable[tuple[str, str]]
) -> tuple[Any, ...]:
    """Return the kept rows with the found ones in place of older ones, without the removed ones."""
    merged = {**kept, **found}
    for key in remove:
        merged.pop(key, None)
    return tuple(merged.values())


HANDLERS: dict[type[Command], Callable[[Visit, Any, Any], Visit]] = {
    act.RecordNeurological: _neurological,
    act.RecordMotions: _motions,
}
