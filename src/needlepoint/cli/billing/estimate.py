"""`needlepoint estimate`: the price of a session before the needle, who pays what, and when the estimate is due."""

from __future__ import annotations

import datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console

from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.base.wording import day_words, usd
from needlepoint.cli.billing.payers import own_payers, policies_option
from needlepoint.cli.billing.reference import open_store
from needlepoint.cli.files import print_json, read_json, write_bytes
from needlepoint.coding.published import NOTHING_LOADED
from needlepoint.cost.fees import read_fees
from needlepoint.cost.published import NO_FILES
from needlepoint.coverage.load import Policy
from needlepoint.documents import to_pdf
from needlepoint.episode.account import Estimated, EstimateOrder, make_estimate
from needlepoint.episode.account.estimate import NotCovered
from needlepoint.episode.account.papers import good_faith_of
from needlepoint.episode.read import read_episode
from needlepoint.episode.types import Episode
from needlepoint.episode.walk import walk
from needlepoint.reference import Store


@click.command()
@click.argument("file")
@click.option(
    "--fees", "fees_path", help="The practice's fee file (TOML): charges, self-pay prices, contracts."
)
@click.option("--reference", "path", help="The file that keeps the imported published files.")
@policies_option
@click.option("--pdf", help="Write the good-faith estimate to this file (from an episode without a plan).")
@click.option("--made-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the paper (default: today).")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the paper.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def estimate(
    file: str,
    fees_path: str | None,
    path: str | None,
    folder: str | None,
    pdf: str | None,
    made_on: datetime.datetime | None,
    lang: str,
    as_json: bool,
) -> None:
    """Show what it will cost, who pays what, and help with the price, step by step.

    FILE is an episode with an account (what was done, or else what is planned, is priced), or a plain order: a day and
    codes.
    """
    obj = read_json(file)
    store = open_store(path)
    if isinstance(obj, dict) and "complaint" in obj:
        found = _of_episode(read_episode(obj), fees_path, store, own_payers(folder), pdf, made_on, lang)
    else:
        if pdf:
            raise Refused(Fault("--pdf", "an order", "an episode: the paper needs names and diagnoses"))
        found = _of_order(read_as(obj, EstimateOrder, "estimate"), fees_path, store)
    if as_json:
        print_json(found)
    else:
        show_estimate(Console(), found)


def _of_order(order: EstimateOrder, fees_path: str | None, store: Store | None) -> Estimated:
    if fees_path:
        order = msgspec.structs.replace(order, fees=read_fees(Path(fees_path)))
    try:
        return make_estimate(order, store or NO_FILES)
    except Refused as refusal:
        raise refusal.under("estimate") from None


def _of_episode(
    episode: Episode,
    fees_path: str | None,
    store: Store | None,
    payers: tuple[Policy, ...],
    pdf: str | None,
    made_on: datetime.datetime | None,
    lang: str,
) -> Estimated:
    account = episode.account
    if account is None:
        raise Refused(Fault("episode.account", "nothing", "an account: fees, and who pays"))
    if fees_path:
        account = msgspec.structs.replace(account, fees=read_fees(Path(fees_path)))
        episode = msgspec.structs.replace(episode, account=account)
    walked = walk(episode, published=store or NOTHING_LOADED, files=store or NO_FILES, payers=payers)
    if walked.unpriced:
        raise Refused(walked.unpriced)
    if walked.estimate is None:
        given = "an episode without a session and without a plan"
        why = walked.stopped or walked.next
        raise Refused(Fault("episode", given, "one of the two", why.en if why else ""))
    if pdf:
        assert walked.coding is not None  # an estimate is based on codes
        paper = good_faith_of(account, walked.coding, walked.estimate, day_of(made_on))
        write_bytes(Path(pdf), to_pdf("good_faith", paper, lang))
    return walked.estimate


def day_of(given: datetime.datetime | None) -> datetime.date:
    """Return the given day, else today by the user's clock."""
    return given.date() if given else datetime.datetime.now().astimezone().date()


def show_estimate(console: Console, found: Estimated) -> None:
    """Show the price, step by step; what the patient pays comes once, after everything that decides it."""
    for price in found.prices:
        amount = "not known" if price.open and not price.amount_usd else f"{price.amount_usd} USD"
        console.print(f"[bold]{price.code}[/bold] {amount}")
        for step in price.steps:
            console.print(f"   [dim]{step}[/dim]")
    where = f" [dim]in {found.place.name}[/dim]" if found.place else ""
    total = f"{found.least_usd:.2f} USD"
    if found.total_usd is None:
        total = f"not known: {found.least_usd:.2f} USD and what {', '.join(found.open)} comes to"
    what = "In all of what is covered" if found.not_covered else "In all"
    console.print(f"[bold]{what}[/bold] {total}{where}")
    if found.not_covered:
        _show_not_covered(console, found.not_covered)
    _show_payers(console, found)
    _show_help(console, found)
    _show_places(console, found)
    _show_patient(console, found)
    if found.good_faith_due:
        console.print(f"The good-faith estimate is due on {day_words(found.good_faith_due)}.")
    if found.dispute_from_usd is not None:
        console.print(
            f"[dim]A bill of {found.dispute_from_usd} USD or more may be disputed (self-pay).[/dim]"
        )
    for notice in found.notices:
        console.print(f"[yellow]{notice}[/yellow]")
    console.print()


def _show_not_covered(console: Console, owed: NotCovered) -> None:
    said = "Nobody may ask the patient for it before Medicare and Medicaid have both decided."
    if owed.with_notice_usd is not None:
        said = (
            f"With a notice signed before, the patient owes {usd(owed.with_notice_usd)} for that; without one,"
            f" {usd(owed.without_notice_usd)}."
        )
    label = "[bold white on red] NOT COVERED [/]"
    console.print(f"{label} by the payer's rules: {', '.join(owed.codes)}. {said}")


def _show_payers(console: Console, found: Estimated) -> None:
    if found.shares is None:
        return
    unknown = set(found.open)
    for share in (row for row in found.shares.lines if row.code not in unknown):
        console.print(
            f"{share.code}: the plan leaves {share.patient_usd}, pays {share.plan_usd}"
            f" [dim]{'; '.join(share.steps)}[/dim]"
        )
    for row in found.second.lines if found.second else ():
        console.print(f"{row.code}: second payer {row.second_usd} [dim]{row.step}[/dim]")
    if not found.open:
        second = f", the second payer {found.second.second_usd} USD" if found.second else ""
        console.print(f"The plan pays {found.shares.plan_usd:.2f} USD{second}")


def _show_places(console: Console, found: Estimated) -> None:
    if found.hospital:
        own = ", ".join(f"{fee.code} {fee.amount_usd}" for fee in found.hospital.fees)
        console.print(
            f"In a hospital's clinic it would come to {found.hospital.total_usd} USD, of which its own fee is {own}"
            " [dim](national)[/dim]"
        )
    if found.facility:
        part = found.facility
        known = "not known" if part.amount_usd is None else usd(part.amount_usd)
        yours = "" if part.patient_usd is None else f", of which you pay {usd(part.patient_usd)}"
        console.print(f"[bold]The facility's own bill[/bold] {known}{yours}. {part.words}")


def _show_patient(console: Console, found: Estimated) -> None:
    """Show what the patient pays in all; nothing without a payer."""
    label = "You pay in all" if found.facility else "You pay"
    if found.patient_usd is None:
        if found.shares or found.open or found.facility:
            console.print(f"[bold]{label}[/bold] not known")
        return
    how = _by_scale(found) if found.sliding else ""
    console.print(f"[bold]{label}[/bold] {found.patient_usd:.2f} USD{how}")
    if found.to_medicaid_usd:
        console.print(f"What Medicare leaves, {found.to_medicaid_usd} USD, goes to Medicaid.")


def _by_scale(found: Estimated) -> str:
    assert found.sliding is not None
    cut = found.sliding.pays_usd < found.least_usd and found.patient_usd == found.sliding.pays_usd
    return " by the sliding scale" if cut else ", without a discount by the sliding scale"


def _show_help(console: Console, found: Estimated) -> None:
    if found.sliding:
        for step in found.sliding.steps:
            console.print(f"   [dim]{step}[/dim]")
    for program in found.programs:
        sources = "; ".join(citation.title for citation in program.citations)
        console.print(f"[green]help[/green] {program.en} [dim]{sources} ({program.certainty.value})[/dim]")
