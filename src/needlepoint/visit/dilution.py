"""The diluent of a visit: what a stronger solution was diluted with."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.treatment.bounds import outside
from needlepoint.visit import commands as act
from needlepoint.visit import derive
from needlepoint.visit.clinical import with_facts
from needlepoint.visit.commands.base import Command
from needlepoint.visit.context import Context
from needlepoint.visit.facts import Diluent, Visit
from needlepoint.visit.preparation import known_option

__all__ = ["HANDLERS"]


def _dilute(visit: Visit, command: act.RecordDiluent, context: Context) -> Visit:
    key = (command.drug, command.concentration_percent)
    others = tuple(row for row in visit.facts.diluents if (row.drug, row.concentration_percent) != key)
    if not command.what:
        return with_facts(visit, diluents=others)
    if key not in {(row.drug, row.given) for row in derive.diluted(visit)}:
        raise NotPossible("Nothing of this concentration was diluted.", "drug")
    made = Diluent(
        drug=command.drug,
        concentration_percent=command.concentration_percent,
        what=known_option("diluent", command.what),
        volume_ml=_volume(command.volume_ml),
        at=context.now,
        by=context.actor.name,
    )
    return with_facts(visit, diluents=(*others, made))


def _volume(value: Decimal | None) -> Decimal:
    if value is None:
        raise Refused(Fault("diluent_ml", "nothing", "the mL of the diluent"))
    if faults := outside("diluent_ml", value, "diluent_ml"):
        raise Refused(faults)
    return value


HANDLERS: dict[type[Command], Callable[[Visit, Any, Any], Visit]] = {act.RecordDiluent: _dilute}
