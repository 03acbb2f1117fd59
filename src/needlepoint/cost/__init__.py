"""Cost: allowed amounts, who pays what, help with the price, and the clock of the good-faith estimate."""

from needlepoint.cost.assist import Household, slide
from needlepoint.cost.clock import estimate_due
from needlepoint.cost.price import Benefits, medicare_part_b, price_lines, share_lines

__all__ = [
    "Benefits",
    "Household",
    "estimate_due",
    "medicare_part_b",
    "price_lines",
    "share_lines",
    "slide",
]
