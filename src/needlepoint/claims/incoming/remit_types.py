"""A remittance as it was read: the payment, its claims, their lines, and what belongs to no claim."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.base.refusal import Fault
from needlepoint.claims.types import Adjustment

__all__ = ["Payment", "ProviderAdjustment", "Remit", "RemitClaim", "RemitEnd", "RemitLine"]


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """The head of one remittance: who pays whom, how much, how, when."""

    control: str
    sender: str
    payer: str
    payer_id: str
    payee: str
    payee_id: str
    amount_usd: Decimal
    method: str  # ACH, CHK, NON, ...
    paid_on: datetime.date | None
    trace: str
    test: bool
    other: tuple[tuple[str, ...], ...]


class RemitLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One service line as it was adjudicated."""

    code: str
    modifiers: tuple[str, ...]
    charge_usd: Decimal
    paid_usd: Decimal
    units: Decimal
    billed_code: str  # when the payer changed it, the code that was sent
    on: datetime.date | None
    control: str
    allowed_usd: Decimal | None
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    other: tuple[tuple[str, ...], ...]


class RemitClaim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One claim as it was adjudicated. `status` 1 primary, 2 secondary, 3 tertiary, 4 denied, 22 reversal."""

    id: str
    status: str
    charge_usd: Decimal
    paid_usd: Decimal
    patient_usd: Decimal
    payer_control: str
    patient: str
    member_id: str
    crossover: str  # the payer to which it was passed on
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    lines: tuple[RemitLine, ...]
    notices: tuple[str, ...]
    other: tuple[tuple[str, ...], ...]
    faults: tuple[
        Fault, ...
    ] = ()  # sums that do not balance; only where a file is viewed, never where it is posted

    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """Those of the claim and those of its lines."""
        return self.adjustments + tuple(a for line in self.lines for a in line.adjustments)


class ProviderAdjustment(msgspec.Struct, frozen=True):
    """What is taken from (positive) or added to (negative) the payment and belongs to no claim."""

    reason: str
    reference: str
    amount_usd: Decimal


class RemitEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one remittance. It balances when `faults` is empty."""

    claims: int
    paid_usd: Decimal
    provider_adjustments: tuple[ProviderAdjustment, ...]
    faults: tuple[Fault, ...] = ()


class Remit(msgspec.Struct, frozen=True, kw_only=True):
    """One whole remittance."""

    payment: Payment
    claims: tuple[RemitClaim, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...]
