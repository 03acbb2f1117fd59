"""Fee schedule of a practice: charges, contracted and self-pay rates."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Dated, holding_on, read_toml
from needlepoint.base.money import AMOUNT, is_amount
from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.base.wording import day_words

__all__ = ["Agreed", "Amount", "Contract", "Fees", "fee_faults", "read_fees"]


class Amount(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An amount in USD for one unit of a code."""

    code: str
    amount_usd: Decimal


class Contract(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A payer's contract: amounts by code, and for the rest a share of Medicare's (1.2: 120%)."""

    payer: str
    share_of_medicare: Decimal | None = None
    amounts_usd: dict[str, Decimal] = msgspec.field(default_factory=dict)


class Agreed(msgspec.Struct, frozen=True):
    """A contract's rate for a code: an amount, or a share of Medicare's amount."""

    amount_usd: Decimal | None
    share: Decimal | None
    words: str


class Fees(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fee file of a practice."""

    charge: list[Amount] = []
    self_pay: list[Amount] = []
    contract: list[Contract] = []

    def charged(self, code: str, on: datetime.date) -> Decimal | None:
        """Return what the practice bills for one unit."""
        return _held(self.charge, code, on)

    def self_paid(self, code: str, on: datetime.date) -> Decimal | None:
        """Return the self-pay price, or the charge."""
        own = _held(self.self_pay, code, on)
        return self.charged(code, on) if own is None else own

    def agreed(self, payer: str, code: str, on: datetime.date) -> Agreed | None:
        """Return the contracted rate of a payer for a code on that day."""
        for contract in holding_on([row for row in self.contract if row.payer == payer], on):
            words = f"the contract with {payer} from {day_words(contract.from_)}"
            if code in contract.amounts_usd:
                return Agreed(contract.amounts_usd[code], None, words)
            if contract.share_of_medicare is not None:
                return Agreed(None, contract.share_of_medicare, words)
        return None


def _held(rows: list[Amount], code: str, on: datetime.date) -> Decimal | None:
    held = holding_on([row for row in rows if row.code == code], on)
    return held[0].amount_usd if held else None


def read_fees(path: Path) -> Fees:
    """Return the fee file of a practice (TOML); Refused with every row that does not fit."""
    if not path.is_file():
        raise Refused(Fault(str(path), "no file", "a practice's fee file (TOML)"))
    fees = read_as(read_toml(path), Fees, path.name)
    faults = fee_faults(fees, path.name)
    if faults:
        raise Refused(faults)
    return fees


def fee_faults(fees: Fees, where: str) -> list[Fault]:
    """Return what is wrong with the rows of a fee file, each with its path under `where`."""
    faults = [
        Fault(f"{where} {name}[{n}] {row.code}", str(row.amount_usd), AMOUNT)
        for name in ("charge", "self_pay")
        for n, row in enumerate(getattr(fees, name))
        if not is_amount(row.amount_usd)
    ]
    for n, contract in enumerate(fees.contract):
        faults += _contract_faults(contract, f"{where} contract[{n}]")
    return faults


def _contract_faults(contract: Contract, where: str) -> list[Fault]:
    faults = [
        Fault(f"{where}.amounts_usd.{code}", str(amount), AMOUNT)
        for code, amount in contract.amounts_usd.items()
        if not is_amount(amount)
    ]
    share = contract.share_of_medicare
    if share is not None and not (share.is_finite() and 0 < share <= 20):
        faults.append(Fault(f"{where}.share_of_medicare", str(share), "a share above 0, e.g. 1.2 for 120 %"))
    if share is None and not contract.amounts_usd:
        faults.append(Fault(where, "no amounts and no share", "amounts_usd or share_of_medicare"))
    return faults
