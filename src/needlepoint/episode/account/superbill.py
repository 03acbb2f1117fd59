"""The superbill: the codes of a signed visit with units, diagnoses and charges, for a patient who bills the plan."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.base.refusal import NotPossible
from needlepoint.coding import Coding
from needlepoint.coding.types import CodedLine
from needlepoint.cost.fees import Fees

__all__ = ["Superbill", "SuperbillDiagnosis", "SuperbillLine", "superbill_of"]

LETTERS = "ABCDEFGHIJKL"  # the pointers of the paper claim: twelve diagnoses at most


class SuperbillDiagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """One diagnosis under the letter that lines point at."""

    letter: str
    code: str
    en: str
    es: str


class SuperbillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One service. `charge_usd` None: the practice has no price for it on that day."""

    code: str
    en: str
    es: str
    modifiers: str
    units: int
    pointers: str
    charge_usd: Decimal | None


class Superbill(msgspec.Struct, frozen=True, kw_only=True):
    """The services of one day. `total_usd` None: a price is missing."""

    on: datetime.date
    diagnoses: tuple[SuperbillDiagnosis, ...]
    lines: tuple[SuperbillLine, ...]
    total_usd: Decimal | None


def superbill_of(coding: Coding | None, fees: Fees, on: datetime.date) -> Superbill:
    """Return the superbill of a session. Raises NotPossible where nothing can be billed."""
    if coding is None or not coding.lines:
        raise NotPossible("This visit has no codes, so there is no superbill.", "superbill")
    lines = tuple(_line(line, fees, on) for line in coding.lines)
    charges = [line.charge_usd for line in lines]
    known = [charge for charge in charges if charge is not None]
    return Superbill(
        on=on,
        diagnoses=tuple(
            SuperbillDiagnosis(letter=LETTERS[number], code=row.code, en=row.en, es=row.es)
            for number, row in enumerate(coding.diagnoses[: len(LETTERS)])
        ),
        lines=lines,
        total_usd=sum(known, Decimal(0)) if len(known) == len(charges) else None,
    )


def _line(line: CodedLine, fees: Fees, on: datetime.date) -> SuperbillLine:
    price = fees.charged(line.code, on)
    return SuperbillLine(
        code=line.code,
        en=line.description or line.en,
        es=line.description or line.es,
        modifiers=" ".join(line.modifiers),
        units=line.units,
        pointers="".join(LETTERS[number - 1] for number in line.pointers if number <= len(LETTERS)),
        charge_usd=None if price is None else price * line.units,
    )
