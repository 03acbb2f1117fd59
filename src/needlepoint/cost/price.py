"""What a session costs and who pays what, to the cent, each step shown. Money is Decimal in USD."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from needlepoint.cost.load import DATA, Fee, load_cost
from needlepoint.knowledge import Citation, cite, holding_on
from needlepoint.refusal import Fault, Refused, nearest

__all__ = ["Benefits", "Gpci", "Price", "Share", "Shares", "medicare_part_b", "price_lines", "share_lines"]

CENT = Decimal("0.01")
ZERO = Decimal(0)


class Gpci(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The place's factors on work, practice expense and malpractice; 1 is the national amount."""

    work: Decimal = Decimal(1)
    expense: Decimal = Decimal(1)
    malpractice: Decimal = Decimal(1)


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """The allowed amount of one line, and how it came about."""

    code: str
    amount_usd: Decimal
    steps: tuple[str, ...]
    citations: tuple[Citation, ...]


class Benefits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a plan pays: deductible and out-of-pocket left in USD, a share (0 to 1) or a copay for each line."""

    deductible_left_usd: Decimal = ZERO
    coinsurance: Decimal = ZERO
    copay_usd: Decimal | None = None
    out_of_pocket_left_usd: Decimal | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays one line."""

    code: str
    allowed_usd: Decimal
    deductible_usd: Decimal
    patient_usd: Decimal
    plan_usd: Decimal
    steps: tuple[str, ...]


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """All lines, and what they come to."""

    lines: tuple[Share, ...]
    patient_usd: Decimal
    plan_usd: Decimal


def price_lines(
    codes: Sequence[str], on: datetime.date, facility: bool = False, gpci: Gpci | None = None
) -> list[Price]:
    """The allowed amount of each code by the physician fee schedule of that day, the dearest in full.

    Raises Refused for a code or a day without a published value.
    """
    place = gpci or Gpci()
    full = [_price(code, on, facility, place, number) for number, code in enumerate(codes)]
    rows = {code: _fee(code, on, 0) for code in codes}
    reduced = [n for n, code in enumerate(codes) if rows[code].reduced]
    if len(reduced) < 2:
        return full
    first = max(reduced, key=lambda n: full[n].amount_usd)
    return [_reduce(row) if n in reduced and n != first else row for n, row in enumerate(full)]


def _fee(code: str, on: datetime.date, number: int) -> Fee:
    rows = [row for row in load_cost().fee if row.code == code]
    held = holding_on(rows, on)
    if not rows:
        known = sorted({row.code for row in load_cost().fee})
        expected = "a code with published relative values"
        raise Refused(Fault(f"codes[{number}]", repr(code), expected, nearest(code, known)))
    if not held:
        expected = "a day of 2025 or 2026: no later file was seen"
        raise Refused(Fault("on", str(on), expected, "Import the fee schedule of that year."))
    return held[0]


def _price(code: str, on: datetime.date, facility: bool, gpci: Gpci, number: int) -> Price:
    fee = _fee(code, on, number)
    factor = holding_on(load_cost().factor, on)[0]
    expense = fee.facility if facility else fee.office
    units = fee.work * gpci.work + expense * gpci.expense + fee.malpractice * gpci.malpractice
    amount = (units * factor.value).quantize(CENT, ROUND_HALF_UP)
    national = gpci == Gpci()
    steps = (
        f"({fee.work} x {gpci.work} + {expense} x {gpci.expense} + {fee.malpractice} x {gpci.malpractice})"
        f" x {factor.value} = {amount} USD{' (national, no place)' if national else ''}",
    )
    return Price(
        code=code, amount_usd=amount, steps=steps, citations=cite(DATA, [*fee.source, *factor.source], code)
    )


def _reduce(row: Price) -> Price:
    rule = load_cost().reduction
    amount = (row.amount_usd * rule.further).quantize(CENT, ROUND_HALF_UP)
    step = f"a further procedure of the day: x {rule.further} = {amount} USD ({rule.certainty.value})"
    return msgspec.structs.replace(row, amount_usd=amount, steps=(*row.steps, step))


def share_lines(prices: Sequence[Price], benefits: Benefits) -> Shares:
    """Who pays what, line by line, in claim order: deductible first, then copay or share, up to the yearly most."""
    faults = [
        Fault(f"benefits.{name}", str(value), "0 or more")
        for name in ("deductible_left_usd", "coinsurance", "copay_usd", "out_of_pocket_left_usd")
        if (value := getattr(benefits, name)) is not None and not (value.is_finite() and value >= 0)
    ]
    if benefits.coinsurance > 1:
        faults.append(Fault("benefits.coinsurance", str(benefits.coinsurance), "a share from 0 to 1"))
    if faults:
        raise Refused(faults)
    deductible, most = benefits.deductible_left_usd, benefits.out_of_pocket_left_usd
    lines = []
    for row in prices:
        line = _share(row, deductible, most, benefits)
        deductible -= line.deductible_usd
        most = None if most is None else most - line.patient_usd
        lines.append(line)
    return Shares(
        lines=tuple(lines),
        patient_usd=sum((line.patient_usd for line in lines), ZERO),
        plan_usd=sum((line.plan_usd for line in lines), ZERO),
    )


def _share(row: Price, deductible: Decimal, most: Decimal | None, benefits: Benefits) -> Share:
    allowed = row.amount_usd
    first = min(allowed, deductible)
    rest = allowed - first
    if benefits.copay_usd is not None:
        beyond = min(benefits.copay_usd, rest)
        words = f"copay {beyond}"
    else:
        beyond = (benefits.coinsurance * rest).quantize(CENT, ROUND_HALF_UP)
        words = f"{benefits.coinsurance} x {rest} = {beyond}"
    patient = first + beyond
    steps = [f"deductible {first}", words]
    if most is not None and patient > most:
        patient = most
        steps.append(f"no more than the {most} left of the yearly most")
    return Share(
        code=row.code,
        allowed_usd=allowed,
        deductible_usd=first,
        patient_usd=patient,
        plan_usd=allowed - patient,
        steps=tuple(steps),
    )


def medicare_part_b(on: datetime.date, deductible_met_usd: Decimal) -> Benefits:
    """Part B's benefits on a day, with so much of the deductible met; Refused for a year that was not seen."""
    held = holding_on(load_cost().part_b, on)
    if not held:
        raise Refused(Fault("on", str(on), "a day of 2025 or 2026: no later deductible was seen"))
    left = max(held[0].deductible - deductible_met_usd, ZERO)
    return Benefits(deductible_left_usd=left, coinsurance=held[0].coinsurance)
