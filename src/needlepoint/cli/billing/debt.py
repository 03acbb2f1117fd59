"""`needlepoint debt`: whether this bill may go to collection, and an affordable payment plan."""

from __future__ import annotations

import datetime
from decimal import Decimal

import click
import msgspec
from rich.console import Console

from needlepoint.base.refusal import Refused, read_as
from needlepoint.base.wording import day_words, usd
from needlepoint.cli.files import print_json, read_json
from needlepoint.cost.protection.debt import Bill, Collection, PaymentPlan, may_collect, payment_plan


class Owed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A bill, the day in question, and for a plan the amount owed and the income."""

    on: datetime.date
    bill: Bill
    owed_usd: Decimal | None = None
    monthly_income_usd: Decimal | None = None
    interest: Decimal | None = None  # a year; None: no interest


@click.command()
@click.argument("file")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the protections.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def debt(file: str, lang: str, as_json: bool) -> None:
    """Show what must be done before a bill may go to collection, and an affordable payment plan."""
    owed = read_as(read_json(file), Owed, "debt")
    found = may_collect(owed.bill, owed.on)
    plan = _plan(owed)
    if as_json:
        print_json({"collection": found, "plan": None if isinstance(plan, Refused) else plan})
    else:
        _show(Console(), found, plan, lang)
    if isinstance(plan, Refused):  # the patient's protections were shown anyway
        raise plan


def _plan(owed: Owed) -> PaymentPlan | Refused | None:
    if owed.owed_usd is None or owed.monthly_income_usd is None:
        return None
    try:
        return payment_plan(owed.owed_usd, owed.monthly_income_usd, owed.bill.state, owed.on, owed.interest)
    except Refused as refusal:
        return refusal


def _show(console: Console, found: Collection, plan: PaymentPlan | Refused | None, lang: str) -> None:
    word = "may go to collection" if found.may_collect else "may not go to collection yet"
    console.print(f"[bold]This bill {word}.[/bold]")
    for block in found.blocks:
        until = f" (until {day_words(block.until)})" if block.until else ""
        console.print(f"  not yet: {block.en}{until}")
        if block.missing:
            console.print(f"     not entered: {', '.join(block.missing)}")
        titles = "; ".join(citation.title for citation in block.citations)
        console.print(f"     [dim]{titles} ({block.certainty.value})[/dim]")
    console.print(f"[bold]Credit bureaus[/bold] {found.reporting}")
    for shield in found.protections:
        words = shield.es if lang == "es" else shield.en
        console.print(f"[green]protected[/green] {words} [dim]({shield.certainty.value})[/dim]")
    if isinstance(plan, PaymentPlan):
        first, last = plan.installments_usd[0], plan.installments_usd[-1]
        rest = f"{plan.months - 1} x {usd(first)}, then {usd(last)}"
        console.print(
            f"[bold]Plan[/bold] {f'{plan.months} x {usd(first)}' if first == last else rest}: {plan.because}"
        )
