"""A remittance as read: the payment, its claims, their lines, and provider adjustments."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.base.refusal import Fault
from needlepoint.claims.types import Adjustment

__all__ = ["Payment", "ProviderAdjustment", "Remit", "RemitClaim", "RemitEnd", "RemitLine"]


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """The head of one remittance: payer, payee, amount, method, date."""

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
    billed_code: str  # the code that was sent, when the payer changed it
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
    crossover: str  # the payer to which it was forwarded
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    lines: tuple[RemitLine, ...]
    notices: tuple[str, ...]
    other: tuple[tuple[str, ...], ...]
    faults: tuple[
        Fault, ...
    ] = ()  # sums that do not balance; only when a file is viewed, never when it is posted

    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """Return the adjustments of the claim and of its lines."""
        return self.adjustments + tuple(a for line in self.lines for a in line.adjustments)


class ProviderAdjustment(msgspec.Struct, frozen=True):
    """An amount taken from (positive) or added to (negative) the payment that belongs to no claim."""

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
