"""Beside the procedure: neurology and motion, time-out, vital signs, skin, diluent, questionnaires, discharge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from needlepoint.base.knowledge import rows
from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.exam.instruments import score
from needlepoint.exam.motion import checked_motion
from needlepoint.reasoning.neurological import checked_finding
from needlepoint.treatment.bounds import outside
from needlepoint.visit import commands as act
from needlepoint.visit import derive
from needlepoint.visit.acts.clinical import with_facts
from needlepoint.visit.before_needle import (
    NO_CONSENT,
    consent_covers,
    needle_plan,
    planned_spots,
    time_out_of,
    without_time_out,
)
from needlepoint.visit.commands import Command
from needlepoint.visit.context import Context
from needlepoint.visit.facts import AnsweredInstrument, Diluent, Preparation, Spot, Visit, VitalSigns

__all__ = ["HANDLERS", "INSTRUMENTS", "VITALS", "PreparationOption", "load_options"]

DATA = Path(__file__).parents[1] / "data"
INSTRUMENTS = ("peg", "ndi", "odi")  # those on the board
VITALS = ("systolic", "diastolic", "pulse", "respirations", "spo2", "temperature_f")
BEFORE = NotPossible(
    "A needle was already used. A time-out comes before it; if there was one, write it in the additional notes.",
    "visit",
)


class PreparationOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One choice: `of` position, skin, approach or discharge."""

    of: str
    id: str
    en: str
    es: str


@lru_cache(maxsize=1)
def load_options() -> dict[str, dict[str, PreparationOption]]:
    """Return the choices by what they are of, then by id, in the order of the file."""
    found: dict[str, dict[str, PreparationOption]] = {}
    for row in rows(DATA / "preparation.toml", PreparationOption, "option"):
        found.setdefault(row.of, {})[row.id] = row
    return found


def known_option(of: str, id_: str) -> str:
    """Return the id if it is one of the choices, or empty; Refused for anything else."""
    if id_ and id_ not in load_options()[of]:
        raise Refused(Fault(of, repr(id_), f"one of {', '.join(load_options()[of])}"))
    return id_


def _time_out(visit: Visit, command: act.RecordTimeOut, context: Context) -> Visit:
    plan, facts = needle_plan(context), visit.facts
    if not consent_covers(context.consents, plan.chosen.technique):
        raise NO_CONSENT
    spots = planned_spots(plan)
    if not visit.treated:
        return with_facts(visit, time_out=time_out_of(plan, spots, context.actor.name, context.now))
    added = without_time_out(visit, _not_given(visit, spots), plan.chosen)
    if facts.time_out is None or not added:
        raise BEFORE
    more = time_out_of(plan, added, context.actor.name, context.now)
    return with_facts(visit, added_time_outs=(*facts.added_time_outs, more))


def _not_given(visit: Visit, spots: Iterable[Spot]) -> tuple[Spot, ...]:
    """Return the sites that are still to be needled."""
    given = {site.spot for site in visit.treated}
    return tuple(spot for spot in spots if spot not in given)


def _vitals(visit: Visit, command: act.RecordVitals, context: Context) -> Visit:
    values: dict[str, Decimal | None] = {name: getattr(command, name) for name in VITALS}
    faults = [fault for name, value in values.items() for fault in outside(name, value, name)]
    if (values["systolic"] is None) != (values["diastolic"] is None):
        faults.append(Fault("diastolic", "one value of a blood pressure", "both values"))
    elif values["systolic"] and values["diastolic"] and values["systolic"] <= values["diastolic"]:
        faults.append(Fault("diastolic", str(values["diastolic"]), "a value below the systolic one"))
    if faults:
        raise Refused(faults)
    if all(value is None for value in values.values()):
        return with_facts(visit, vitals=None)
    return with_facts(visit, vitals=VitalSigns(**values, at=context.now, by=context.actor.name))


def _prepare(visit: Visit, command: act.RecordPreparation, context: Context) -> Visit:
    before = visit.facts.preparation or Preparation()
    changes = {
        name: known_option(name, value)
        for name in ("position", "skin", "approach")
        if (value := getattr(command, name)) is not UNSET
    }
    found = replace(before, **changes)
    return with_facts(visit, preparation=None if found == Preparation() else found)


def _instrument(visit: Visit, command: act.RecordInstrument, context: Context) -> Visit:
    others = tuple(row for row in visit.facts.instruments if row.instrument != command.instrument)
    if all(answer is None for answer in command.answers):
        return with_facts(visit, instruments=others)
    score(command.instrument, command.answers)  # refuses answers that the questionnaire does not allow
    new = AnsweredInstrument(
        instrument=command.instrument, answers=command.answers, at=context.now, by=context.actor.name
    )
    return with_facts(visit, instruments=(*others, new))


def _discharge(visit: Visit, command: act.RecordDischarge, context: Context) -> Visit:
    condition = known_option("discharge", command.condition)
    return with_facts(visit, observed=replace(visit.facts.observed, discharge=condition))


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


HANDLERS: dict[type[Command], Callable[[Visit, Any, Any], Visit]] = {
    act.RecordNeurological: _neurological,
    act.RecordMotions: _motions,
    act.RecordDiluent: _dilute,
    act.RecordTimeOut: _time_out,
    act.RecordVitals: _vitals,
    act.RecordPreparation: _prepare,
    act.RecordInstrument: _instrument,
    act.RecordDischarge: _discharge,
}
