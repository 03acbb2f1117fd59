"""Numbers in US format: a decimal point, and commas only between thousands."""

from __future__ import annotations

import re
from decimal import Decimal

from needlepoint.base.refusal import Fault, Refused

__all__ = ["DecimalCommaError", "NumberError", "parse_number", "read_number"]

GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
PLAIN = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)
MOST_DIGITS = 19


class NumberError(ValueError):
    """Text that is not a number."""


class DecimalCommaError(NumberError):
    """A number with a comma that is not between thousands. `pointed` is the number with a point, '' if unclear."""

    def __init__(self, text: str) -> None:
        self.pointed = text.replace(",", ".") if text.count(",") == 1 and "." not in text else ""
        super().__init__(text)


def parse_number(text: str) -> Decimal:
    """Return the number in `text`. Raises NumberError; DecimalCommaError for a comma that may be a decimal point.

    >>> parse_number(" 1,250.5 ")
    Decimal('1250.5')
    """
    plain = text.strip()
    if GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if "," in plain and PLAIN.fullmatch(plain.replace(",", "")):
        raise DecimalCommaError(plain)
    if len(plain) > MOST_DIGITS or not PLAIN.fullmatch(plain):
        raise NumberError(plain)
    return Decimal(plain)


def read_number(text: str, where: str, low: Decimal | int, high: Decimal | int, unit: str = "") -> Decimal:
    """Return the number that a person typed, from `low` to `high`; Refused otherwise.

    A comma that is not between thousands is refused, never read as a decimal point.

    >>> read_number("1,250", "price", 0, 5000)
    Decimal('1250')
    """
    bounds = f"a number from {low} to {high} {unit}".strip()
    try:
        value = parse_number(text)
    except DecimalCommaError as error:
        hint = f"Write {error.pointed} with a point." if error.pointed else ""
        raise Refused(Fault(where, repr(text[:20]), bounds, hint)) from None
    except NumberError:
        raise Refused(Fault(where, repr(text[:20]), bounds)) from None
    if not low <= value <= high:
        raise Refused(Fault(where, text.strip(), bounds, "Were units mixed up?"))
    return value
