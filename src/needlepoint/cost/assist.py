"""Help with the price: the household against the poverty guideline, and what the sliding scale makes of it."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from needlepoint.cost.load import DATA, load_cost
from needlepoint.knowledge import Citation, cite, holding_on
from needlepoint.refusal import Fault, Refused

__all__ = ["Household", "Sliding", "slide"]

CENT = Decimal("0.01")


class Household(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many live on how much a year (USD), and in which state."""

    people: int
    income_usd: Decimal
    state: str | None = None


class Sliding(msgspec.Struct, frozen=True, kw_only=True):
    """The household in per cent of poverty, and the price after the scale."""

    percent_of_poverty: Decimal
    pays_usd: Decimal
    steps: tuple[str, ...]
    citations: tuple[Citation, ...]


def slide(price_usd: Decimal, household: Household, on: datetime.date) -> Sliding:
    """What the household pays of `price_usd` on that day by the clinic's scale."""
    if household.people < 1 or not (household.income_usd.is_finite() and household.income_usd >= 0):
        given = f"{household.people} people, {household.income_usd} USD"
        raise Refused(Fault("household", given, "at least one person and an income of 0 USD or more"))
    area = household.state if household.state in ("AK", "HI") else "48"
    held = [row for row in holding_on(load_cost().poverty, on) if row.area == area]
    if not held:
        raise Refused(Fault("on", str(on), "a day for which a poverty guideline is on file"))
    line = held[0].first + held[0].step * (household.people - 1)
    percent = (100 * household.income_usd / line).quantize(Decimal("0.1"), ROUND_HALF_UP)
    row = next((row for row in load_cost().slide if percent <= row.to_percent), None)
    pays = price_usd if row is None else (price_usd * row.pays).quantize(CENT, ROUND_HALF_UP)
    words = "above the scale: the whole price" if row is None else f"up to {row.to_percent} %: x {row.pays}"
    sources = [*held[0].source, *(row.source if row else [])]
    return Sliding(
        percent_of_poverty=percent,
        pays_usd=pays,
        steps=(f"{household.income_usd} / {line} = {percent} % of poverty", f"{words} = {pays} USD"),
        citations=cite(DATA, sources, "cost.toml"),
    )
