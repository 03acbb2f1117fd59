"""`needlepoint episode` and `schema`: evaluate an episode as far as its file allows."""

from __future__ import annotations

from typing import Any

import click
import msgspec
from rich.console import Console

from needlepoint.claims.types import Claim
from needlepoint.cli.billing.claim import show_draft
from needlepoint.cli.billing.code import show_coding
from needlepoint.cli.billing.cover import show_determination
from needlepoint.cli.billing.debt import Owed
from needlepoint.cli.billing.estimate import show_estimate
from needlepoint.cli.billing.payers import own_payers, policies_option
from needlepoint.cli.billing.reference import open_store
from needlepoint.cli.clinical.infer import as_plain, picture_of
from needlepoint.cli.clinical.infer_page import show
from needlepoint.cli.clinical.plan import plain_plan, practice_from, show_plan
from needlepoint.cli.clinical.score import show_score
from needlepoint.cli.files import print_json, read_json, write_picture
from needlepoint.coding.published import NOTHING_LOADED
from needlepoint.cost.fees import Fees
from needlepoint.cost.published import NO_FILES
from needlepoint.coverage import CoverageFacts
from needlepoint.episode.account import EstimateOrder
from needlepoint.episode.read import read_episode
from needlepoint.episode.types import Episode, EpisodeResult
from needlepoint.episode.walk import walk
from needlepoint.exam import Assessment
from needlepoint.treatment.plan.practice import PracticeRules

SHAPES = {
    "episode": Episode,
    "practice": PracticeRules,
    "facts": CoverageFacts,
    "estimate": EstimateOrder,
    "fees": Fees,
    "debt": Owed,
    "claim": Claim,
}
STATUS = {
    "active_trigger_point": "bold red",
    "latent_trigger_point": "yellow",
    "tender_spot": "yellow",
    "no_finding": "dim",
    "not_known": "bold yellow",
}


@click.command()
@click.argument("file")
@click.option("--practice", "practice_file", help="The practice's TOML file: formulary, what is accepted.")
@click.option("--reference", "path", help="The file that keeps the imported published files.")
@policies_option
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the plan.")
@click.option("--svg", help="Draw the complaint with its leading muscles to this file.")
@click.option("--png", help="Draw the complaint with its leading muscles to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def episode(
    file: str,
    practice_file: str | None,
    path: str | None,
    folder: str | None,
    lang: str,
    svg: str | None,
    png: str | None,
    as_json: bool,
) -> None:
    """Evaluate one episode through every stage that its file allows, each explained."""
    store = open_store(path)
    own = practice_from(practice_file)
    walked = walk(
        read_episode(read_json(file)),
        own,
        store or NOTHING_LOADED,
        store or NO_FILES,
        payers=own_payers(folder),
    )
    if as_json:
        print_json(_plain(walked))
    else:
        show_walk(Console(), walked, lang)
    if svg or png:
        write_picture(picture_of(walked.reasoned, lang), svg, png)


def _plain(walked: EpisodeResult) -> dict[str, object]:
    """Return every stage, for JSON."""
    return {
        "id": walked.id,
        "title": walked.title,
        "reasoned": as_plain(walked.reasoned),
        "assessment": walked.assessment,
        "scores": [{"score": now, "change": change} for now, change in walked.scores],
        "plan": plain_plan(walked.plan) if walked.plan else None,
        "planned": walked.planned,
        "coding": walked.coding,
        "determination": walked.determination,
        "estimate": walked.estimate,
        "claim": walked.claim,
        "stopped": walked.stopped.en if walked.stopped else None,
        "next": walked.next.en if walked.next else None,
    }


@click.command()
@click.argument("name", type=click.Choice(list(SHAPES)))
def schema(name: str) -> None:
    """Print the JSON Schema of an input file."""
    print_json(_numbers_too(msgspec.json.schema(SHAPES[name])))


def _numbers_too(part: Any) -> Any:
    """Return the schema with every decimal as text or as a number: both are accepted, text keeps every digit."""
    if isinstance(part, list):
        return [_numbers_too(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "decimal":
        return {"anyOf": [part, {"type": "number"}]}
    return {key: _numbers_too(value) for key, value in part.items()}


def show_walk(console: Console, walked: EpisodeResult, lang: str = "en") -> None:
    """Print every stage in order."""
    if walked.title:
        console.rule(f"[bold]{walked.title}", align="left")
    show(console, walked.reasoned)
    if walked.assessment:
        _show_assessment(console, walked.assessment)
    for now, change in walked.scores:
        show_score(console, now, change)
    if walked.stopped:
        console.print(f"[bold white on red] STOPPED [/] {walked.stopped.en}\n")
    if walked.plan:
        console.rule("[bold]Plan", align="left")
        show_plan(console, walked.plan, lang)
    elif walked.next:
        console.print(f"[bold]To go on[/bold] {walked.next.en}\n")
    _show_billing(console, walked, lang)


def _show_billing(console: Console, walked: EpisodeResult, lang: str) -> None:
    of = " of what is planned" if walked.planned else ""
    if walked.coding:
        console.rule(f"[bold]Coding{of}", align="left")
        show_coding(console, walked.coding, lang)
    if walked.determination:
        console.rule("[bold]Coverage", align="left")
        show_determination(console, walked.determination)
    for fault in walked.unpriced:
        console.print(f"[yellow]no price[/yellow] {fault}")
    if walked.estimate:
        console.rule("[bold]Price", align="left")
        show_estimate(console, walked.estimate)
    if walked.claim:
        console.rule("[bold]Claim", align="left")
        show_draft(console, walked.claim)


def _show_assessment(console: Console, assessment: Assessment) -> None:
    console.rule("[bold]Examination", align="left")
    for spot in assessment.spots:
        found = spot.found
        status = spot.status.value
        name = f"{found.side} {found.muscle}".replace("_", " ")
        console.print(f"[bold]{name}[/bold]: [{STATUS[status]}]{status.replace('_', ' ')}[/]. {spot.because}")
        for verdict in spot.verdicts:
            signs = [*verdict.present, *(f"no {sign}" for sign in verdict.absent)]
            signs += [f"{sign} not looked for" for sign in verdict.look_for]
            words = ", ".join(signs).replace("_", " ")
            console.print(f"   [dim]{verdict.criteria}: {words} ({verdict.certainty.value})[/dim]")
    if assessment.widespread:
        console.print(f"[bold yellow]{assessment.widespread}[/bold yellow]")
    console.print()
