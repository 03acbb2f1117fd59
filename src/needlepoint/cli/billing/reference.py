"""`needlepoint reference`: the public files of CMS, NCHS and HHS, imported as published and stored by their days."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import click

from needlepoint.base.refusal import Fault, Refused
from needlepoint.cli.files import print_json
from needlepoint.reference import Store, read_published
from needlepoint.reference.store import ReleaseChange
from needlepoint.reference.types import KINDS

DAY = click.DateTime(["%Y-%m-%d"])
VARIABLE = "NEEDLEPOINT_REFERENCE"


def default_path() -> Path:
    """Return where the files are stored: the path in the environment, else the user's data folder."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(click.get_app_dir("needlepoint")) / "reference.sqlite"


def open_store(path: str | None) -> Store | None:
    """Return the named store, or the user's own if there is one; None when nothing was ever imported."""
    if path is not None:
        if not Path(path).is_file():
            expected = "a file that `needlepoint reference import` has made"
            raise Refused(Fault(str(path), "no file", expected))
        return Store(Path(path))
    return Store(default_path()) if default_path().is_file() else None


@click.group()
def reference() -> None:
    """Published files of CMS, NCHS and HHS: import, list, and what is missing."""


@reference.command("import")
@click.argument("files", nargs=-1, required=True)
@click.option("--into", help=f"The file that keeps them (default: ${VARIABLE}, or the user's data folder).")
@click.option("--from", "from_", type=DAY, help="First day, where the file does not say.")
@click.option("--to", type=DAY, help="Last day, where the file does not say.")
@click.option("--smaller", is_flag=True, help="Take a file that has lost more than half of its rows.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_files(
    files: tuple[str, ...],
    into: str | None,
    from_: datetime.datetime | None,
    to: datetime.datetime | None,
    smaller: bool,
    as_json: bool,
) -> None:
    """Import published files (or the zips they come in): checked, compared with earlier ones, stored beside them."""
    first, last = (from_.date() if from_ else None), (to.date() if to else None)
    if first and last and last < first:
        raise Refused(Fault("--to", str(last), f"a day on or after {first}"))
    releases = [release for name in files for release in read_published(Path(name), first, last)]
    store = Store(Path(into) if into else default_path())
    changes = [store.keep(release, smaller) for release in releases]
    if as_json:
        print_json(changes)
        return
    for change in changes:
        _show(change)


def _show(change: ReleaseChange) -> None:
    until = f" to {change.to}" if change.to else " on"
    click.echo(f"{change.name}: {KINDS[change.kind].title}, {change.from_}{until}, {change.rows} rows")
    if change.already:
        click.echo("  the same as was there")
    elif change.against:
        click.echo(
            f"  against {change.against}: {change.added} added, {change.removed} gone, {change.changed} changed"
        )
    for example in change.examples:
        click.echo(f"    {example}")


@reference.command("list")
@click.option("--reference", "path", help="The file that keeps them.")
@click.option("--on", "day", type=DAY, help="What holds on this day.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_files(path: str | None, day: datetime.datetime | None, as_json: bool) -> None:
    """List the stored files with their days, and what is unknown without a file."""
    store = open_store(path)
    held = store.held() if store else []
    if day:
        held = [row for row in held if row.from_ <= day.date() and (row.to is None or day.date() <= row.to)]
    if as_json:
        print_json(held)
        return
    for row in held:
        until = f" to {row.to}" if row.to else " on"
        click.echo(f"{row.kind:12} {row.from_}{until:15} {row.rows:>9} rows  {row.name}")
    for kind in KINDS.values():
        if kind.id not in {row.kind for row in held}:
            click.echo(f"{kind.id:12} nothing kept: not known {kind.settles}")
