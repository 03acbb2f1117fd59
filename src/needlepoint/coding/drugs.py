"""The lines of a drug: its code on that day, its units, and what was discarded."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from decimal import ROUND_CEILING, Decimal

from needlepoint.base.knowledge import cite
from needlepoint.base.refusal import Fault
from needlepoint.base.wording import mg, number
from needlepoint.coding.load import DATA, DrugRow, load_codes, load_edits
from needlepoint.coding.pointers import pointers_of
from needlepoint.coding.types import CodedLine, Diagnosis, Dropped, DrugUsed, Open, Session

__all__ = ["drug_faults", "drug_lines"]

MOST_MG = 100_000  # no drug of this work has this much: units were confused


def drug_faults(used: DrugUsed, number: int) -> list[Fault]:
    """Return the faults of a dose."""
    where = f"session.drugs[{number}]"
    faults = []
    if not (used.given_mg.is_finite() and 0 < used.given_mg < MOST_MG):
        faults.append(Fault(f"{where}.given_mg", str(used.given_mg), f"a dose above 0 mg, below {MOST_MG}"))
    if not (used.wasted_mg.is_finite() and 0 <= used.wasted_mg < MOST_MG):
        faults.append(Fault(f"{where}.wasted_mg", str(used.wasted_mg), f"0 mg or more, below {MOST_MG}"))
    return faults


def drug_lines(
    used: DrugUsed,
    session: Session,
    diagnoses: Sequence[Diagnosis],
    injected: Collection[str],
    dropped: list[Dropped],
    open_: list[Open],
) -> list[CodedLine]:
    """Return the lines of one drug: none in a facility, which bills it; with JW or JZ if an office is paid."""
    row = _drug_row(used, session.on)
    if row is None:
        words = "No code is on file: an unclassified drug code asks for name and dose in the claim's note."
        dropped.append(Dropped(used.drug, "drug_code", words))
        open_.append(Open(about=f"drug_code {used.drug}", code="", en=f"{used.drug}: {words}", holds=True))
        return []
    facility = load_edits().facility
    if session.place in facility.places:
        dropped.append(Dropped(row.code, "facility_drug", facility.en))
        return []
    pointers = pointers_of(diagnoses, injected)
    if row.unit_ml:
        return _by_volume(used, row, session, pointers, open_)
    units = _units(used.given_mg, row)
    because = f"{mg(used.given_mg)} at {mg(row.unit_mg)} a unit, rounded up"
    waste = load_codes().waste
    if not row.paid_apart or session.on < waste.from_ or used.single_dose is False:
        return [_drug_line(row, units, (), pointers, because)]
    if used.single_dose is None:
        words = f"{row.code}: was it a single-dose vial? Then {waste.discarded} or {waste.none} is asked for."
        open_.append(Open(about=f"vial {row.code}", code=row.code, en=words, holds=True))
        return [_drug_line(row, units, (), pointers, because)]
    wasted = int(used.wasted_mg / row.unit_mg)  # less than a unit is not a line for discarded drug
    if not wasted:
        return [_drug_line(row, units, (waste.none,), pointers, f"{because}; less than a unit discarded")]
    return [
        _drug_line(row, units, (), pointers, because),
        _drug_line(row, wasted, (waste.discarded,), pointers, f"{mg(used.wasted_mg)} discarded"),
    ]


def _by_volume(
    used: DrugUsed, row: DrugRow, session: Session, pointers: tuple[int, ...], open_: list[Open]
) -> list[CodedLine]:
    """Return the line of a drug that counts in mL; without its volume one unit, and a hold on the claim."""
    volume = used.volume_ml if used.volume_ml is not None else _volume_at_sites(session)
    if volume is None:
        words = f"{row.code} counts {number(row.unit_ml)} mL a unit: enter the volume of {used.drug}."
        open_.append(Open(about=f"volume {row.code}", code=row.code, en=words, holds=True))
        return [_drug_line(row, 1, (), pointers, "its volume is not known")]
    units = int((volume / row.unit_ml).to_integral_value(ROUND_CEILING))
    because = f"{number(volume)} mL at {number(row.unit_ml)} mL a unit, rounded up"
    return [_drug_line(row, units, (), pointers, because)]


def _volume_at_sites(session: Session) -> Decimal | None:
    """Return the total volume, if the session has one drug and every site its volume."""
    given = [site.volume_ml for site in session.sites if site.technique == "wet"]
    if len(session.drugs) != 1 or not given or None in given:
        return None
    return sum((volume for volume in given if volume is not None), Decimal(0))


def _drug_row(used: DrugUsed, day: datetime.date) -> DrugRow | None:
    """Return the row of that day; where codes depend on the dose, the first that is large enough."""
    held = [
        row
        for row in load_codes().drug
        if (row.drug, row.epinephrine) == (used.drug, used.with_epinephrine) and row.holds_on(day)
    ]
    enough = (row for row in held if not row.up_to_mg or used.given_mg <= row.up_to_mg)
    return next(enough, None)


def _units(dose_mg: Decimal, row: DrugRow) -> int:
    return int((dose_mg / row.unit_mg).to_integral_value(ROUND_CEILING))


def _drug_line(
    row: DrugRow, units: int, modifiers: tuple[str, ...], pointers: tuple[int, ...], because: str
) -> CodedLine:
    return CodedLine(
        code=row.code,
        en=row.drug,
        es=row.drug,
        units=units,
        modifiers=modifiers,
        pointers=pointers,
        because=because,
        citations=cite(DATA, row.source, row.code),
        certainty=row.certainty,
    )
