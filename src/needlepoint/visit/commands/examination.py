"""The commands of the neurological examination and of the range of motion."""

from __future__ import annotations

from needlepoint.exam.motion import MotionFinding
from needlepoint.reasoning.types import NeuroFinding
from needlepoint.visit.commands.base import Command

__all__ = ["RecordMotions", "RecordNeurological"]


class RecordNeurological(Command, frozen=True, kw_only=True):
    """Results of neurological tests, each in place of the earlier one; `remove`: test and side recorded in error."""

    found: tuple[NeuroFinding, ...] = ()
    remove: tuple[tuple[str, str], ...] = ()


class RecordMotions(Command, frozen=True, kw_only=True):
    """Measured movements, each in place of the earlier one; `remove`: motion and side recorded in error."""

    found: tuple[MotionFinding, ...] = ()
    remove: tuple[tuple[str, str], ...] = ()
