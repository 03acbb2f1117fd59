"""How numbers are printed everywhere: plain digits, never an exponent; doses in mg, volumes in mL, money in dollars."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

__all__ = ["mg", "ml", "number", "usd"]

CENT = Decimal("0.01")


def number(value: Decimal | int) -> str:
    """Return `value` in plain digits without trailing zeros.

    >>> number(Decimal("1E+2")), number(Decimal("0.50")), number(Decimal("-0"))
    ('100', '0.5', '0')
    """
    text = f"{Decimal(value):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def mg(value: Decimal | int) -> str:
    """Return a dose in milligrams.

    >>> mg(Decimal("4E+1"))
    '40 mg'
    """
    return f"{number(value)} mg"


def ml(value: Decimal | int) -> str:
    """Return a volume in milliliters.

    >>> ml(Decimal("0.50"))
    '0.5 mL'
    """
    return f"{number(value)} mL"


def usd(value: Decimal | int) -> str:
    """Return an amount in US dollars, to the cent; parts of a cent are rounded half up.

    >>> usd(Decimal("1250")), usd(Decimal("-0.5")), usd(Decimal("1E+2"))
    ('$1,250.00', '-$0.50', '$100.00')
    """
    cents = Decimal(value).quantize(CENT, ROUND_HALF_UP)
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents):,.2f}"
