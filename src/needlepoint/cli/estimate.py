"""`needlepoint estimate`: the price of a session before the needle, who pays what, and when the estimate is due."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import click
import msgspec
from rich.console import Console

from needlepoint.cli.files import print_json, read_json
from needlepoint.cost import (
    Benefits,
    Household,
    estimate_due,
    medicare_part_b,
    price_lines,
    share_lines,
    slide,
)
from needlepoint.cost.load import load_cost
from needlepoint.cost.price import Gpci
from needlepoint.refusal import Fault, Refused, read_as


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be priced: codes and a day, and either a plan, Medicare Part B, or a household that pays itself."""

    on: datetime.date
    codes: list[str]
    facility: bool = False
    gpci: Gpci | None = None
    benefits: Benefits | None = None
    part_b_deductible_met_usd: Decimal | None = None
    household: Household | None = None
    scheduled_on: datetime.date | None = None
    asked_for_estimate: bool = False


@click.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def estimate(file: str, as_json: bool) -> None:
    """What it will cost, who pays what, and help with the price, each step shown."""
    found = _estimate(read_as(read_json(file), Asked, "estimate"))
    if as_json:
        print_json(found)
    else:
        _show(Console(), found)


def _estimate(asked: Asked) -> dict[str, Any]:
    if not asked.codes:
        raise Refused(Fault("estimate.codes", "an empty list", "at least one procedure code"))
    prices = price_lines(asked.codes, asked.on, asked.facility, asked.gpci)
    benefits = asked.benefits
    if benefits is None and asked.part_b_deductible_met_usd is not None:
        benefits = medicare_part_b(asked.on, asked.part_b_deductible_met_usd)
    total = sum((price.amount_usd for price in prices), Decimal(0))
    due = None
    if asked.scheduled_on:
        due = estimate_due(asked.scheduled_on, asked.on, asked.asked_for_estimate)
    return {
        "total_usd": total,
        "prices": prices,
        "shares": share_lines(prices, benefits) if benefits else None,
        "sliding": slide(total, asked.household, asked.on) if asked.household else None,
        "good_faith_due": due,
        "dispute_from_usd": total + load_cost().good_faith.dispute_over_usd,
    }


def _show(console: Console, found: dict[str, Any]) -> None:
    for price in found["prices"]:
        console.print(f"[bold]{price.code}[/bold] {price.amount_usd} USD")
        for step in price.steps:
            console.print(f"   [dim]{step}[/dim]")
    console.print(f"[bold]In all[/bold] {found['total_usd']} USD")
    if found["shares"]:
        for share in found["shares"].lines:
            console.print(
                f"{share.code}: patient {share.patient_usd}, plan {share.plan_usd} [dim]{'; '.join(share.steps)}[/dim]"
            )
        console.print(
            f"[bold]You pay[/bold] {found['shares'].patient_usd} USD, the plan {found['shares'].plan_usd} USD"
        )
    if found["sliding"]:
        for step in found["sliding"].steps:
            console.print(f"   [dim]{step}[/dim]")
        console.print(f"[bold]You pay[/bold] {found['sliding'].pays_usd} USD by the sliding scale")
    if found["good_faith_due"]:
        console.print(f"The good-faith estimate is due on {found['good_faith_due']}.")
    console.print(f"[dim]A bill of {found['dispute_from_usd']} USD or more may be disputed (self-pay).[/dim]")
