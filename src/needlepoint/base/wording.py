"""How values are printed everywhere: plain digits, doses in mg, money in dollars, days and times in words."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import read_toml

__all__ = ["clock_words", "day_words", "mg", "ml", "number", "usd"]

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


class DateWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one language prints a day and a time."""

    months: list[str]
    day: str
    am: str
    pm: str


@lru_cache(maxsize=1)
def _date_words() -> dict[str, DateWords]:
    path = Path(__file__).parent / "data" / "dates.toml"
    return msgspec.convert(read_toml(path), dict[str, DateWords])


def day_words(day: datetime.date, lang: str = "en") -> str:
    """Return a day as people read it.

    >>> day_words(datetime.date(2026, 11, 21), "en"), day_words(datetime.date(2026, 11, 21), "es")
    ('Nov 21, 2026', '21 de noviembre de 2026')
    """
    words = _date_words()[lang]
    return words.day.format(day=day.day, month=words.months[day.month - 1], year=day.year)


def clock_words(time: datetime.time, lang: str) -> str:
    """Return a time of the day on a 12-hour clock.

    >>> clock_words(datetime.time(14, 30), "en"), clock_words(datetime.time(0, 5), "en")
    ('2:30 PM', '12:05 AM')
    """
    words = _date_words()[lang]
    return f"{time.hour % 12 or 12}:{time.minute:02} {words.am if time.hour < 12 else words.pm}"
