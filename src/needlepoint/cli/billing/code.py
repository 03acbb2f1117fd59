"""`needlepoint code`: a session to codes, each line with its reason, and omitted codes with their rule."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.cli.billing.reference import open_store
from needlepoint.cli.files import print_json, read_json
from needlepoint.coding import Coding, EditContext, Session, code_session
from needlepoint.coding.published import NOTHING_LOADED
from needlepoint.episode.read import read_episode
from needlepoint.episode.walk import asked_of


@click.command()
@click.argument("file")
@click.option("--reference", "path", help="The file that keeps the imported published files.")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the labels.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def code(file: str, path: str | None, lang: str, as_json: bool) -> None:
    """Show the codes of a session: procedure, drugs, diagnoses, and why."""
    obj = read_json(file)
    session = read_as(_session_of(obj), Session, "session")
    found = code_session(session, _asked_of(obj), open_store(path) or NOTHING_LOADED)
    if as_json:
        print_json(found)
    else:
        show_coding(Console(), found, lang)


def _asked_of(obj: Any) -> EditContext:
    """Return the context for edits in an episode file, beside the session."""
    return asked_of(read_episode(obj)) if isinstance(obj, dict) and "complaint" in obj else EditContext()


def _session_of(obj: Any) -> Any:
    """Return the session itself, or the one in an episode file."""
    if isinstance(obj, dict) and "complaint" in obj:
        if obj.get("session") is None:
            expected = "an episode with a 'session': what was done"
            raise Refused(Fault("session", "an episode without one", expected))
        return obj["session"]
    return obj


def show_coding(console: Console, coding: Coding, lang: str = "en") -> None:
    """Show the lines as on a claim, with the reasons below."""
    for number, row in enumerate(coding.diagnoses, 1):
        label = row.en if lang == "en" else row.es
        console.print(f"[bold]{number}[/bold] {row.code} {label} [dim]{', '.join(row.muscles)}[/dim]")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("code", "", "units", "modifiers", "for", "because"):
        table.add_column(title, overflow="fold")
    for line in coding.lines:
        table.add_row(
            line.code,
            line.en if lang == "en" else line.es,
            str(line.units),
            " ".join(line.modifiers),
            ", ".join(map(str, line.pointers)),
            f"{line.because} ({line.certainty.value})",
        )
        for edit in line.edits:
            table.add_row("", "", "", "", "", f"[yellow]changed[/yellow] {edit}")
    console.print(table)
    for item in coding.dropped:
        console.print(f"[yellow]left out[/yellow] {item.what}: {item.en} [dim]({item.rule})[/dim]")
    for notice in coding.notices:
        console.print(f"[yellow]{notice}[/yellow]")
    for item_ in coding.open:
        console.print(f"[yellow]?[/yellow] {item_.en} [dim]({item_.about})[/dim]")
    console.print()
