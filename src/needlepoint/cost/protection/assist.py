"""Financial assistance: household income against the poverty guideline, and the sliding scale."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, cite, holding_on
from needlepoint.base.money import AMOUNT, CENT, is_amount
from needlepoint.base.refusal import Fault, Refused
from needlepoint.cost.load import DATA, Slide, load_cost
from needlepoint.cost.published import NO_FILES, PriceFiles

__all__ = [
    "Household",
    "Program",
    "Sliding",
    "percent_of_poverty",
    "programs_for",
    "shown_percent",
    "slide",
    "step_for",
]

MOST_PEOPLE = 99  # more is a typing error


class Household(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Household size, yearly income (USD), and state."""

    people: int
    income_usd: Decimal
    state: str | None = None


class Sliding(msgspec.Struct, frozen=True, kw_only=True):
    """The household in percent of poverty, and the price by the sliding scale."""

    percent_of_poverty: Decimal
    pays_usd: Decimal
    steps: tuple[str, ...]
    citations: tuple[Citation, ...]


def percent_of_poverty(
    household: Household, on: datetime.date, files: PriceFiles = NO_FILES
) -> tuple[Decimal, str, list[str]]:
    """Return the household's income in exact percent of the guideline of that day, the derivation, the source keys."""
    if not (1 <= household.people <= MOST_PEOPLE and is_amount(household.income_usd)):
        given = f"{household.people} people, {household.income_usd} USD"
        expected = f"from 1 to {MOST_PEOPLE} people and a yearly income, {AMOUNT}"
        raise Refused(Fault("household", given, expected))
    area = household.state if household.state in ("AK", "HI") else "48"
    published = files.poverty(area, household.people, on)
    held = [row for row in holding_on(load_cost().poverty, on) if row.area == area]
    if published is None and not held:
        expected = "a day for which a poverty guideline is on file"
        raise Refused(Fault("on", str(on), expected, "Import the year's guidelines."))
    line = published[0] if published else held[0].first + held[0].step * (household.people - 1)
    percent = 100 * household.income_usd / line
    step = f"{household.income_usd} / {line} = {shown_percent(percent)} % of poverty"
    return percent, step, [] if published else held[0].source


def step_for(percent: Decimal) -> Slide | None:
    """Return the step of the clinic's scale for an exact percent of poverty; None above the scale."""
    return next((row for row in load_cost().slide if percent <= row.to_percent), None)


def shown_percent(percent: Decimal) -> Decimal:
    """Return the percent to show: to a tenth, or with more digits where a tenth would suggest another step."""
    tenth = percent.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if step_for(tenth) is step_for(percent):
        return tenth
    return percent.quantize(Decimal("0.001"), ROUND_UP)


def slide(
    price_usd: Decimal, household: Household, on: datetime.date, files: PriceFiles = NO_FILES
) -> Sliding:
    """Return what the household pays of `price_usd` on that day by the clinic's sliding scale."""
    percent, step, keys = percent_of_poverty(household, on, files)
    row = step_for(percent)
    pays = price_usd if row is None else (price_usd * row.pays).quantize(CENT, ROUND_HALF_UP)
    words = "above the scale: the whole price" if row is None else f"up to {row.to_percent} %: x {row.pays}"
    sources = [*keys, *(row.source if row else [])] or ["np_cost_policy"]
    return Sliding(
        percent_of_poverty=shown_percent(percent),
        pays_usd=pays,
        steps=(step, f"{words} = {pays} USD"),
        citations=cite(DATA, sources, "cost.toml"),
    )


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A program that this household may apply for, and where."""

    id: str
    en: str
    es: str
    citations: tuple[Citation, ...]
    certainty: Certainty


def programs_for(
    household: Household, on: datetime.date, hospital: bool, files: PriceFiles = NO_FILES
) -> tuple[Program, ...]:
    """Return the programs for this household; `hospital`: the place is a hospital's."""
    percent, _, _ = percent_of_poverty(household, on, files)
    return tuple(
        Program(
            id=row.id, en=row.en, es=row.es, citations=cite(DATA, row.source, row.id), certainty=row.certainty
        )
        for row in holding_on(load_cost().program, on)
        if (not row.states or household.state in row.states)
        and (hospital or not row.hospital_only)
        and (row.to_percent is None or percent <= row.to_percent)
    )
