"""`needlepoint score`: an instrument's score, and whether it has changed."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console

from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.cli.files import print_json, read_json
from needlepoint.exam.instruments import (
    InstrumentAnswers,
    Score,
    ScoreChange,
    load_instruments,
    score_answered,
)


@click.command(name="score")
@click.argument("file", required=False)
@click.option("--list", "listed", is_flag=True, help="List the instruments instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score_command(file: str | None, listed: bool, as_json: bool) -> None:
    """Score a questionnaire (NPRS, PEG, NDI, ODI, HIT-6, THI, ...) and its change."""
    if listed:
        _list(as_json)
        return
    if file is None:
        raise Refused(
            Fault("score", "no file", "FILE or '-'; `needlepoint score --list` names the instruments")
        )
    obj = read_json(file)
    many = obj if isinstance(obj, list) else [obj]
    found = [
        _score(item, f"[{number}]" if isinstance(obj, list) else "score") for number, item in enumerate(many)
    ]
    if as_json:
        print_json([{"score": now, "change": change} for now, change in found])
        return
    for now, change in found:
        show_score(Console(), now, change)


def _score(obj: Any, where: str) -> tuple[Score, ScoreChange | None]:
    answered = read_as(obj, InstrumentAnswers, where)
    try:
        return score_answered(answered)
    except Refused as refusal:
        raise refusal.under(where) from None


def _list(as_json: bool) -> None:
    rows = load_instruments().instrument
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row.id:10} {row.en}. {row.items} items, {row.recall}. {row.license_note}")


def show_score(console: Console, now: Score, change: ScoreChange | None) -> None:
    """Show a score as a line for the terminal, with its arithmetic and its change."""
    value = "not known" if now.value is None else f"{now.value} {now.unit}"
    band = f", {now.band_en}" if now.band_en else ""
    console.print(f"[bold]{now.instrument}[/bold] {value}{band}  [dim]{now.because}[/dim]")
    if now.ask:
        console.print(f"  [yellow]?[/yellow] {now.ask}")
    if change:
        grade = f", {change.response_en} relief" if change.response_en else ""
        console.print(f"  [bold]{change.verdict.replace('_', ' ')}[/bold]{grade}. {change.because}")
    for citation in now.citations:
        console.print(f"  [dim]- {citation.title}[/dim]")
