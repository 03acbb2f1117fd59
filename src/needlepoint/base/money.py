"""What counts as an amount of money: exact, not negative, in whole cents, and of a size that a bill can have. USD."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["AMOUNT", "CENT", "is_amount"]

CENT = Decimal("0.01")
LIMIT = Decimal(10**8)
AMOUNT = "0 or more USD in whole cents, below 100 million"


def is_amount(value: Decimal) -> bool:
    """Whether `value` can stand on a bill.

    >>> is_amount(Decimal("12.50")), is_amount(Decimal("12.505")), is_amount(Decimal("NaN"))
    (True, False, False)
    """
    return value.is_finite() and 0 <= value < LIMIT and value == value.quantize(CENT)
