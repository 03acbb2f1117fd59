"""Cost: allowed amounts, who pays what, help with the price, and the deadline of the good faith estimate."""

from needlepoint.cost.clock import estimate_due
from needlepoint.cost.price import (
    Basis,
    Benefits,
    facility_fees,
    medicare_part_b,
    price_lines,
    share_lines,
)
from needlepoint.cost.protection.assist import Household, programs_for, slide
from needlepoint.cost.second import coordinate, medigap

__all__ = [
    "Basis",
    "Benefits",
    "Household",
    "coordinate",
    "estimate_due",
    "facility_fees",
    "medicare_part_b",
    "medigap",
    "price_lines",
    "programs_for",
    "share_lines",
    "slide",
]
