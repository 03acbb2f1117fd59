"""Convert single X12 elements to Python values and back: money, quantities, dates."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from needlepoint.claims.types import Adjustment
from needlepoint.claims.x12.reader import Segment, refuse

__all__ = ["adjustments_of", "date_of", "date_text", "money_of", "quantity_of", "text_of_number"]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
MOST_DIGITS = 18
CENT = Decimal("0.01")
FIRST_REASON = 2  # CAS02, then every third


def quantity_of(segment: Segment, index: int, default: Decimal | None = None) -> Decimal:
    """Return a number; `default` for an empty element; Refused for anything else."""
    text = segment.at(index)
    if not text and default is not None:
        return default
    if len(text) > MOST_DIGITS or not NUMBER.fullmatch(text):
        raise refuse(segment, f"{text[:30]!r} in {segment.id}{index:02}", "a number")
    return Decimal(text)


def money_of(segment: Segment, index: int, default: Decimal | None = None) -> Decimal:
    """Return an amount in USD, to the cent; Refused for anything else."""
    amount = quantity_of(segment, index, default)
    exact = amount.quantize(CENT)
    if exact != amount:
        raise refuse(segment, f"{amount} in {segment.id}{index:02}", "an amount in whole cents")
    return exact


def date_of(text: str) -> datetime.date | None:
    """Return CCYYMMDD (or the first day of CCYYMMDD-CCYYMMDD) as a date; None for other text."""
    try:
        return (
            datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
            if text[:8].isascii() and text[:8].isdigit()
            else None
        )
    except ValueError:
        return None


def date_text(day: datetime.date) -> str:
    """Return CCYYMMDD."""
    return f"{day:%Y%m%d}"


def text_of_number(number: Decimal) -> str:
    """Return a number without trailing zeros: 120, 12.5, 0."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def adjustments_of(segment: Segment) -> list[Adjustment]:
    """Return the reasons and amounts of one CAS; Refused for an amount without a reason."""
    group = segment.at(1)
    found = []
    for index in range(FIRST_REASON, len(segment.elements), 3):  # reason, amount, quantity
        reason = segment.at(index)
        if not reason:
            if segment.at(index + 1):
                raise refuse(segment, f"an amount without a reason in CAS{index:02}", "a reason code")
            continue
        quantity = quantity_of(segment, index + 2) if segment.at(index + 2) else None
        amount = money_of(segment, index + 1)
        found.append(Adjustment(group=group, reason=reason, amount_usd=amount, quantity=quantity))
    return found
