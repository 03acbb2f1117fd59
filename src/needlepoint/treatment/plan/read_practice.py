"""A practice's overlay read from a file or a form: Refused with every row that does not exist or loosens a limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from needlepoint.base.knowledge import read_toml
from needlepoint.base.refusal import Fault, Refused, nearest, read_as
from needlepoint.exam.assess import SIGNS
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.practice import PracticeRules, Tightened
from needlepoint.treatment.precautions.check import load_precautions
from needlepoint.treatment.types import DoseLimit

__all__ = ["checked_practice", "read_practice", "read_practice_file"]


def read_practice(obj: Any, where: str = "practice") -> PracticeRules:
    """Return a plain object as PracticeRules; Refused with every row that does not exist or loosens a limit."""
    return checked_practice(read_as(obj, PracticeRules, where), where)


def checked_practice(practice: PracticeRules, where: str = "practice") -> PracticeRules:
    """Return the practice's rules unchanged; Refused with every row that does not exist or loosens a limit."""
    faults = _faults(practice)
    if faults:
        raise Refused(faults).under(where)
    return practice


def read_practice_file(path: Path) -> PracticeRules:
    """Return the overlay in a TOML file."""
    if not path.is_file():
        raise Refused(Fault(str(path), "no file", "a practice's TOML file"))
    return read_practice(read_toml(path), path.name)


def _faults(practice: PracticeRules) -> list[Fault]:
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
