"""`needlepoint cover`: whether a payer covers the session: its rules against the record."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from needlepoint.base.refusal import Fault, Refused, nearest, read_as
from needlepoint.base.wording import day_words
from needlepoint.cli.billing.estimate import day_of
from needlepoint.cli.billing.payers import folder_of, own_payers, policies_option
from needlepoint.cli.billing.reference import open_store
from needlepoint.cli.files import print_json, read_json, write_bytes
from needlepoint.coding.published import NOTHING_LOADED
from needlepoint.cost.published import NO_FILES
from needlepoint.coverage import CoverageFacts, Determination, determine
from needlepoint.coverage.changes import Changed, changes
from needlepoint.coverage.check import check_folder
from needlepoint.coverage.load import Policy, all_policies, load_contractors, load_payers
from needlepoint.coverage.types import CoverageVerdict
from needlepoint.documents import to_pdf
from needlepoint.episode.account.papers import notice_of
from needlepoint.episode.read import read_episode
from needlepoint.episode.types import Episode
from needlepoint.episode.walk import walk
from needlepoint.treatment.types import CheckVerdict

STYLES = {
    CoverageVerdict.COVERED: ("bold black on green", "COVERED"),
    CoverageVerdict.NOT_COVERED: ("bold white on red", "NOT COVERED"),
    CoverageVerdict.NOT_KNOWN: ("bold black on yellow", "NOT KNOWN"),
}


@click.command()
@click.argument("file")
@policies_option
@click.option("--reference", "path", help="The file that keeps the imported published files.")
@click.option("--abn", help="Write Medicare's notice (PDF) for an episode that is not covered.")
@click.option("--made-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the notice (default: today).")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the notice.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def cover(
    file: str,
    folder: str | None,
    path: str | None,
    abn: str | None,
    made_on: datetime.datetime | None,
    lang: str,
    as_json: bool,
) -> None:
    """Show whether it is covered, not covered or not known, rule by rule, and what would change it.

    FILE is an episode (before the session its plan is checked, after it what was done), or plain facts.
    """
    own = own_payers(folder)
    obj: Any = read_json(file)
    if isinstance(obj, dict) and "complaint" in obj:
        _cover_episode(read_episode(obj), own, path, abn, day_of(made_on), lang, as_json)
        return
    if abn:
        raise Refused(Fault("--abn", "plain facts", "an episode: the notice needs names and prices"))
    _cover_facts(obj, own, as_json)


def _cover_facts(obj: Any, own: tuple[Policy, ...], as_json: bool) -> None:
    """Check plain facts, or a list of them. One that is refused does not stop the rest; all faults come at the end."""
    many = obj if isinstance(obj, list) else [obj]
    where = [f"[{number}]" for number in range(len(many))] if isinstance(obj, list) else ["facts"]
    found = [_determined(item, name, own) for item, name in zip(many, where, strict=True)]
    if as_json:
        print_json([{"refused": row.faults} if isinstance(row, Refused) else row for row in found])
    else:
        for row in found:
            if isinstance(row, Determination):
                show_determination(Console(), row)
    if refused := [fault for row in found if isinstance(row, Refused) for fault in row.faults]:
        raise Refused(refused)


def _determined(item: Any, where: str, own: tuple[Policy, ...]) -> Determination | Refused:
    try:
        return determine(read_as(item, CoverageFacts), own)
    except Refused as refusal:
        return refusal.under(where)


def _cover_episode(
    episode: Episode,
    own: tuple[Policy, ...],
    path: str | None,
    abn: str | None,
    made_on: datetime.date,
    lang: str,
    as_json: bool,
) -> None:
    store = open_store(path)
    walked = walk(episode, published=store or NOTHING_LOADED, files=store or NO_FILES, payers=own)
    found = walked.determination
    if found is None:
        missing = "insured" if episode.insured is None else "session, or findings that a plan can be made of,"
        raise Refused(Fault("episode", f"no {missing}", "who pays, and what was done or is planned"))
    if as_json:
        print_json({"planned": walked.planned, "determination": found})
    else:
        console = Console()
        when = "Before the session: may we?" if walked.planned else "After the session: may we bill?"
        console.print(f"[bold]{when}[/bold]")
        show_determination(console, found)
        for scope in walked.scopes:
            if scope.verdict is not CheckVerdict.MET:
                console.print(f"[yellow]Scope of practice: {scope.because}[/yellow]")
    if abn:
        if walked.unpriced:
            raise Refused(walked.unpriced)
        if walked.coding is None or walked.estimate is None or episode.account is None:
            raise Refused(Fault("episode.account", "nothing", "an account: the notice names a price"))
        paper = notice_of(episode.account, walked.coding, walked.estimate, found, made_on)
        write_bytes(Path(abn), to_pdf("abn", paper, lang))


@click.group()
def policies() -> None:
    """Policies by day: list, show, diff, and check a folder of your own."""


@policies.command("list")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Only what holds on this day.")
@click.option("--state", help="Only the Medicare policy of this state, and the other payers.")
@policies_option
def list_policies(day: datetime.datetime | None, state: str | None, folder: str | None) -> None:
    """List the policies with their days in force, and the payers whose rules could not be read."""
    own = own_payers(folder)
    mine = {row.policy for row in load_contractors() if state is None or state in row.states}
    by_contractor = {row.policy for row in load_contractors()}
    for policy in all_policies(own):
        if day and not policy.holds_on(day.date()):
            continue
        if policy.id in by_contractor and policy.id not in mine:
            continue
        until = f" to {day_words(policy.to)}" if policy.to else ""
        click.echo(f"{policy.id:22} {policy.act:13} from {day_words(policy.from_)}{until}  {policy.title}")
    for payer in load_payers().values():
        click.echo(f"{payer.id:22} {'-':13} no rule read     {payer.title}")


@policies.command("show")
@click.argument("name")
@policies_option
def show_policy(name: str, folder: str | None) -> None:
    """Show one policy, rule by rule, with its sources."""
    known = {policy.id: policy for policy in all_policies(own_payers(folder))}
    if name not in known:
        hint = nearest(name, known)
        raise Refused(Fault("policies show", repr(name), f"one of {', '.join(known)}", hint))
    policy = known[name]
    click.echo(policy.title)
    for rule in policy.rule:
        click.echo(f"  {rule.id:13} {rule.en} ({rule.certainty.value}: {', '.join(rule.source)})")


@policies.command("diff")
@click.argument("before", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("after", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--state", help="Only the Medicare policy of this state, and the other payers.")
@policies_option
def diff_policies(
    before: datetime.datetime, after: datetime.datetime, state: str | None, folder: str | None
) -> None:
    """Show what changed between two days: what began, what ended, and what was replaced, rule by rule."""
    if after <= before:
        raise Refused(
            Fault("policies diff", f"{before.date()} {after.date()}", "an earlier day, then a later one")
        )
    own = own_payers(folder)
    found = changes(before.date(), after.date(), state, own)
    seen: set[tuple[str | None, str | None]] = set()
    for change in found:
        pair = (change.before.id if change.before else None, change.after.id if change.after else None)
        if pair not in seen:  # one policy of several contractors is shown once
            seen.add(pair)
            _show_change(change)
    click.echo(f"{len(seen)} changes from {day_words(before.date())} to {day_words(after.date())}.")


def _show_change(change: Changed) -> None:
    old, new = change.before, change.after
    if old is None and new is not None:
        click.echo(f"began {day_words(new.from_)}: {new.title} ({new.id})")
    elif old is not None and new is None:
        click.echo(f"ended {day_words(old.to) if old.to else '?'}: {old.title} ({old.id})")
    elif old is not None and new is not None:
        click.echo(f"{new.id} from {day_words(new.from_)} in place of {old.id}: {new.title}")
    for rule in change.rules:
        if not rule.before:
            click.echo(f"  new      {rule.rule}: {rule.after}")
        elif not rule.after:
            click.echo(f"  gone     {rule.rule}: {rule.before}")
        else:
            click.echo(f"  changed  {rule.rule}: {rule.before}")
            click.echo(f"           now: {rule.after}")


@policies.command("check")
@click.argument("folder")
def check_policies(folder: str) -> None:
    """Check a folder of your own payers; show every fault with its file, policy, rule and field."""
    found, faults = check_folder(folder_of(folder))
    for fault in faults:
        click.echo(str(fault))
    count = f"{len(found)} policies, {sum(len(policy.rule) for policy in found)} rules"
    if faults:
        click.echo(f"{count} could be read; {len(faults)} faults.", err=True)
        raise SystemExit(2)
    click.echo(f"{count}: all can be read.")


def show_determination(console: Console, found: Determination) -> None:
    """Show the determination as a page for the terminal."""
    style, word = STYLES[found.verdict]
    who = f" {found.contractor}, {found.lcd}" if found.contractor else ""
    console.print(f"[{style}] {word} [/] {found.title}{who}")
    console.print(f"  {found.because}")
    for row in found.rules:
        mark = {"covered": "[green]met[/green]", "not_covered": "[red]not met[/red]"}
        label = mark.get(row.verdict.value, "[yellow]not known[/yellow]")
        console.print(f"  {label} [bold]{row.rule}[/bold] {row.asks}: {row.shows}")
        sources = "; ".join(citation.title for citation in row.citations)
        console.print(f"      [dim]{sources} ({row.certainty.value}) {row.note}[/dim]")
    for number, line in enumerate(found.turn, 1):
        console.print(f"  [bold]{number}.[/bold] {line}")
    if found.notice:
        console.print(f"  [bold]{found.notice}[/bold]")
    console.print("[dim]A reading of published rules; no promise of payment.[/dim]\n")
