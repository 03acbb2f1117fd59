"""`needlepoint episode`, `schema` and `demo`: an episode walked as far as its file has come."""

from __future__ import annotations

from importlib import resources

import click
import msgspec
from rich.console import Console

from needlepoint.cli.files import print_json, read_json
from needlepoint.cli.infer import as_plain, show
from needlepoint.episode import Episode, Walked, read_episode, walk


@click.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def episode(file: str, as_json: bool) -> None:
    """Walk one episode through every stage that its file allows, each explained."""
    walked = walk(read_episode(read_json(file)))
    if as_json:
        print_json({"id": walked.id, "reasoned": as_plain(walked.reasoned), "stopped": walked.stopped})
    else:
        _show(walked)


@click.command()
@click.argument("name", type=click.Choice(["episode"]))
def schema(name: str) -> None:
    """Print the JSON Schema of an input file."""
    print_json(msgspec.json.schema(Episode))


@click.command()
def demo() -> None:
    """Walk one example episode that comes with the program."""
    text = (
        resources.files("needlepoint").joinpath("examples/tension_headache.json").read_text(encoding="utf-8")
    )
    _show(walk(read_episode(msgspec.json.decode(text))))


def _show(walked: Walked) -> None:
    console = Console()
    if walked.title:
        console.rule(f"[bold]{walked.title}", align="left")
    show(console, walked.reasoned)
    if walked.stopped:
        console.print(f"[bold red]Stopped.[/bold red] {walked.stopped}")
