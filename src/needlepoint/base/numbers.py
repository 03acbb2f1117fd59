"""Numbers as Americans write them: a point before decimals, commas only between thousands."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from needlepoint.base.refusal import Fault, Refused

__all__ = ["read_number"]

GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
PLAIN = re.compile(r"-?(\d+\.?\d*|\.\d+)")


def read_number(text: str, where: str, low: Decimal | int, high: Decimal | int, unit: str = "") -> Decimal:
    """The number that a person typed, from `low` to `high`; Refused otherwise.

    A comma that is not between thousands is refused, never read as a decimal point.

    >>> read_number("1,250", "price", 0, 5000)
    Decimal('1250')
    """
    bounds = f"a number from {low} to {high} {unit}".strip()
    plain = text.strip()
    if GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if "," in plain:
        hint = f"Write {plain.replace(',', '.')} with a point." if plain.count(",") == 1 else ""
        raise Refused(Fault(where, repr(text[:20]), bounds, hint))
    try:
        value = Decimal(plain) if PLAIN.fullmatch(plain) and len(plain) < 20 else None
    except InvalidOperation:
        value = None
    if value is None:
        raise Refused(Fault(where, repr(text[:20]), bounds))
    if not low <= value <= high:
        raise Refused(Fault(where, plain, bounds, "Were units mixed up?"))
    return value
