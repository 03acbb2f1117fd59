"""What a practice lays over the program's rows: its formulary, and what its medical director accepts or tightens.

Nothing here can loosen a limit: a value above ours is refused. What counts as injectable may be loosened, by name,
date and reason, and every plan that rests on it says so.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from needlepoint.base.knowledge import Review, read_toml
from needlepoint.base.refusal import Fault, Refused, nearest, read_as
from needlepoint.exam.assess import SIGNS
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.types import DoseLimit, Drug

__all__ = ["Loosened", "Practice", "formulary", "read_practice", "read_practice_file", "review_of"]


class Tightened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dose limit made smaller: the row's id and the value in the row's own unit."""

    limit: str
    value: Decimal


class Loosened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which signs this practice asks for before it injects, who decided so, when and why."""

    needs: list[str]
    by: str
    on: datetime.date
    why: str


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What this practice usually draws up."""

    drug: str | None = None
    concentration_percent: Decimal | None = None
    volume_ml: Decimal | None = None


class OwnVial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vial that this practice stocks."""

    drug: str
    concentration_percent: Decimal
    volume_ml: Decimal
    kind: str = "single_dose"


class Practice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One practice's overlay. `accept` names rows by id; `*` accepts every row as it stands."""

    name: str = ""
    director: str | None = None
    accepted_on: datetime.date | None = None
    accept: list[str] = []
    tighten: list[Tightened] = []
    stops: list[str] = []  # precautions that only warn by default and stop here
    drugs: list[str] | None = None  # the formulary; None: all
    techniques: list[str] | None = None  # what is offered; None: all
    ultrasound: bool | None = None
    defaults: Defaults = Defaults()
    vials: list[OwnVial] = []
    injectable: Loosened | None = None


def read_practice(obj: Any, where: str = "practice") -> Practice:
    """A plain object as a Practice; Refused with every row that does not exist or that would loosen a limit."""
    practice = read_as(obj, Practice, where)
    faults = _faults(practice)
    if faults:
        raise Refused(faults).under(where)
    return practice


def read_practice_file(path: Path) -> Practice:
    """The overlay in a TOML file."""
    if not path.is_file():
        raise Refused(Fault(str(path), "no file", "a practice's TOML file"))
    return read_practice(read_toml(path), path.name)


def _faults(practice: Practice) -> list[Fault]:
    from needlepoint.treatment.precautions.check import (
        load_precautions,  # here: precautions import this module
    )

    limits = {limit.id: limit for drug in load_drugs().values() for limit in drug.limits}
    rules = load_precautions()
    known = [*limits, *rules, "steroid_limits", "*"]
    faults = [
        Fault(f"accept[{n}]", repr(id_), "the id of a limit or a precaution, or '*'", nearest(id_, known))
        for n, id_ in enumerate(practice.accept)
        if id_ not in known
    ]
    faults += [
        Fault(f"stops[{n}]", repr(id_), "the id of a precaution", nearest(id_, rules))
        for n, id_ in enumerate(practice.stops)
        if id_ not in rules
    ]
    needs = practice.injectable.needs if practice.injectable else []
    faults += [
        Fault(f"injectable.needs[{n}]", repr(sign), f"one of {', '.join(SIGNS)}", nearest(sign, SIGNS))
        for n, sign in enumerate(needs)
        if sign not in SIGNS
    ]
    drugs = load_drugs()
    faults += [
        Fault(f"drugs[{n}]", repr(id_), "a drug of the program", nearest(id_, drugs))
        for n, id_ in enumerate(practice.drugs or [])
        if id_ not in drugs
    ]
    for n, row in enumerate(practice.tighten):
        faults += _loosening(row, limits, f"tighten[{n}]")
    if (practice.accept or practice.tighten or practice.stops) and not (
        practice.director and practice.accepted_on
    ):
        faults.append(
            Fault("director", "no name or date", "director and accepted_on: who answers for it, since when")
        )
    return faults


def _loosening(row: Tightened, limits: dict[str, DoseLimit], where: str) -> list[Fault]:
    if row.limit not in limits:
        return [
            Fault(f"{where}.limit", repr(row.limit), "the id of a dose limit", nearest(row.limit, limits))
        ]
    limit = limits[row.limit]
    if not (row.value.is_finite() and 0 < row.value <= limit.value):
        expected = f"more than 0 and at most {limit.value} {limit.unit}"
        return [
            Fault(f"{where}.value", str(row.value), expected, "A limit can be tightened, never loosened.")
        ]
    return []


def formulary(practice: Practice | None) -> dict[str, Drug]:
    """The drugs that the practice uses, with its own, tighter limits."""
    drugs = load_drugs()
    if practice is None:
        return drugs
    tighter = {row.limit: row.value for row in practice.tighten}
    return {
        id_: msgspec.structs.replace(
            drug,
            limits=[
                msgspec.structs.replace(limit, value=tighter.get(limit.id, limit.value))
                for limit in drug.limits
            ],
        )
        for id_, drug in drugs.items()
        if practice.drugs is None or id_ in practice.drugs
    }


def review_of(row: str, practice: Practice | None) -> Review:
    """Who answers in this practice for the row with this id."""
    if practice is None or not ({row, "*"} & {*practice.accept, *(t.limit for t in practice.tighten)}):
        return Review()
    return Review(accepted_by=practice.director, accepted_on=practice.accepted_on)
