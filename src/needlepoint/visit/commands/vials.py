"""The commands about vials that have a module of their own: the diluent."""

from __future__ import annotations

from decimal import Decimal

from needlepoint.visit.commands.base import Command

__all__ = ["RecordDiluent"]


class RecordDiluent(Command, frozen=True, kw_only=True):
    """What a stronger solution was diluted with, by drug and concentration as given; '' removes it."""

    drug: str
    concentration_percent: Decimal
    what: str
    volume_ml: Decimal | None = None
