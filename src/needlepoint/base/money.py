"""Valid amounts of money in USD: exact, not negative, in whole cents, and of a plausible size."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["AMOUNT", "CENT", "is_amount"]

CENT = Decimal("0.01")
LIMIT = Decimal(10**8)
AMOUNT = "0 or more USD in whole cents, below 100 million"


def is_amount(value: Decimal) -> bool:
    """Return whether `value` is a valid amount on a bill.

    >>> is_amount(Decimal("12.50")), is_amount(Decimal("12.505")), is_amount(Decimal("NaN"))
    (True, False, False)
    """
    return value.is_finite() and 0 <= value < LIMIT and value == value.quantize(CENT)
