"""Coordination of benefits: another plan, or a Medigap plan by its letter."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from needlepoint.base.knowledge import Citation, cite, holding_on
from needlepoint.base.money import CENT
from needlepoint.base.refusal import Fault, Refused
from needlepoint.cost.load import DATA, load_cost
from needlepoint.cost.price import Benefits, Price, Share, Shares, share_lines

__all__ = ["Coordinated", "coordinate", "medigap"]

ZERO = Decimal(0)


class Second(msgspec.Struct, frozen=True, kw_only=True):
    """What the secondary payer adds to one line, and what the patient owes."""

    code: str
    first_usd: Decimal
    second_usd: Decimal
    patient_usd: Decimal
    step: str


class Coordinated(msgspec.Struct, frozen=True, kw_only=True):
    """All lines after two payers."""

    lines: tuple[Second, ...]
    first_usd: Decimal
    second_usd: Decimal
    patient_usd: Decimal
    citations: tuple[Citation, ...]


def coordinate(prices: Sequence[Price], first: Shares, second: Benefits) -> Coordinated:
    """Return a second plan's payment: what it would have paid alone, up to what the first leaves to the patient."""
    alone = share_lines(prices, second)
    lines = []
    for before, own in zip(first.lines, alone.lines, strict=True):
        pays = min(own.plan_usd, before.patient_usd)
        step = f"alone it would pay {own.plan_usd}; {before.patient_usd} is left"
        lines.append(_second(before, pays, step))
    return _together(lines, cite(DATA, ["np_cost_policy"], "second payer"))


def medigap(first: Shares, plan: str, on: datetime.date) -> Coordinated:
    """Return what a Medigap plan (by its letter) adds to Medicare Part B; Refused for an unknown letter."""
    held = holding_on(load_cost().medigap, on)
    row = next((row for row in held if row.plan == plan.upper()), None)
    if row is None:
        known = ", ".join(row.plan for row in held)
        raise Refused(Fault("medigap", repr(plan), f"one of {known}", "Some states have plans of their own."))
    lines = []
    for before in first.lines:
        beyond = before.patient_usd - before.deductible_usd
        pays = (beyond * row.coinsurance).quantize(CENT, ROUND_HALF_UP)
        words = [f"plan {row.plan}: {row.coinsurance} x {beyond}"]
        if before.code in row.visit_codes:
            pays = max(pays - row.visit_copay_usd, ZERO)
            words.append(f"less up to {row.visit_copay_usd} for a visit")
        if row.deductible:
            pays += before.deductible_usd
            words.append(f"and the deductible {before.deductible_usd}")
        lines.append(_second(before, pays, ", ".join(words)))
    return _together(lines, cite(DATA, row.source, f"medigap {row.plan}"))


def _second(before: Share, pays: Decimal, step: str) -> Second:
    return Second(
        code=before.code,
        first_usd=before.plan_usd,
        second_usd=pays,
        patient_usd=before.patient_usd - pays,
        step=step,
    )


def _together(lines: Sequence[Second], citations: tuple[Citation, ...]) -> Coordinated:
    return Coordinated(
        lines=tuple(lines),
        first_usd=sum((line.first_usd for line in lines), ZERO),
        second_usd=sum((line.second_usd for line in lines), ZERO),
        patient_usd=sum((line.patient_usd for line in lines), ZERO),
        citations=citations,
    )
