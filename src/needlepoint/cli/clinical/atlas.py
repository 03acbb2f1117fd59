"""`needlepoint atlas`: list, filter, show and draw the muscles."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from needlepoint.anatomy import Atlas, Muscle, TriggerPoint, load_atlas, split_region
from needlepoint.anatomy.geometry import normalize_region
from needlepoint.anatomy.lookup import find_muscle, muscles_by_hazard, muscles_by_region
from needlepoint.cli.files import print_json, write_picture


@click.command()
@click.argument("muscle", required=False)
@click.option("--region", help="Only muscles felt in this region, e.g. left_temple.")
@click.option("--hazard", help="Only muscles near this, e.g. pleura, vessel, nerve, kidney.")
@click.option("--side", type=click.Choice(["left", "right"]), default="right", help="Side to draw.")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the picture.")
@click.option("--svg", help="Draw the muscle's page to this file.")
@click.option("--png", help="Draw the muscle's page to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def atlas(
    muscle: str | None,
    region: str | None,
    hazard: str | None,
    side: str,
    lang: str,
    svg: str | None,
    png: str | None,
    as_json: bool,
) -> None:
    """Show the muscles, their trigger points, referral zones and hazards."""
    book = load_atlas()
    if muscle:
        found = find_muscle(book, muscle)
        if svg or png:
            from needlepoint.anatomy.picture import atlas_page

            write_picture(atlas_page(found, side, lang), svg, png)
        if as_json:
            print_json({"muscle": found, "citations": book.citations(found)})
        elif not (svg or png):
            _show(book, found)
    elif as_json:
        print_json(_found(book, region, hazard))
    else:
        _list(book, _found(book, region, hazard))


def _found(book: Atlas, region: str | None, hazard: str | None) -> list[Muscle]:
    """Return the muscles felt in the region and near the hazard; without either, all of them."""
    found = list(book.muscles.values())
    if region:
        found = muscles_by_region(book, normalize_region(region).ids[0].partition("_")[2])
    if hazard:
        near = {muscle.id for muscle in muscles_by_hazard(book, hazard)}
        found = [muscle for muscle in found if muscle.id in near]
    return found


def _list(book: Atlas, muscles: list[Muscle]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("muscle", "points", "felt in", "hazards"):
        table.add_column(title, overflow="fold")
    for muscle in muscles:
        felt = dict.fromkeys(_plain(book, key) for point in muscle.points for key in point.essential)
        kinds = dict.fromkeys(hazard.kind.replace("_", " ") for hazard in muscle.hazards)
        table.add_row(muscle.name, str(len(muscle.points)), ", ".join(felt), ", ".join(kinds))
    console = Console()
    console.print(table)
    points = sum(len(muscle.points) for muscle in muscles)
    console.print(f"\n{len(muscles)} muscles, {points} trigger points.")


def _plain(book: Atlas, key: str) -> str:
    side, name = split_region(key)
    words = book.regions[name].en
    return words if side == "same" else f"{words} ({side} side)" if side == "opposite" else f"{words} (both)"


def _show(book: Atlas, muscle: Muscle) -> None:
    console = Console()
    console.print(f"[bold]{muscle.name}[/bold]  [italic]{muscle.latin}[/italic]")
    if muscle.synonyms:
        console.print(f"Also called {', '.join(muscle.synonyms)}.")
    console.print(f"{'; '.join(muscle.action).capitalize()}. Innervation: {muscle.innervation}.\n")
    for number, point in enumerate(muscle.points, 1):
        _show_point(console, book, number, point)
    _show_features(console, book, muscle)
    needling = muscle.needling
    console.print(f"\n[bold]To feel[/bold]  {', '.join(muscle.palpation.method)}. {muscle.palpation.how}")
    console.print(
        f"[bold]To reach[/bold]  {' or '.join(needling.patient_position).replace('_', ' ')};"
        f" {needling.gauge[0]}-{needling.gauge[1]} G, {needling.needle_length_mm[0]}-{needling.needle_length_mm[1]}"
        f" mm needle, {needling.depth_mm[0]}-{needling.depth_mm[1]} mm deep ({needling.certainty.value})."
        f" {needling.approach} Ultrasound {needling.guidance}."
    )
    if needling.offered != "yes":
        words = "for specialists only" if needling.offered == "specialist" else "not to be needled"
        console.print(f"[bold red]This muscle is {words}.[/bold red]")
    for hazard in muscle.hazards:
        console.print(
            f"[bold red]{hazard.kind.replace('_', ' ')}[/bold red] ({hazard.level}) {hazard.structure}: {hazard.avoid}"
        )
    console.print(f"\n[dim]Zones: {muscle.certainty.value}.[/dim]")
    for citation in book.citations(muscle):
        console.print(f"[dim]- {citation.title} {citation.link}[/dim]", soft_wrap=True)


def _show_point(console: Console, book: Atlas, number: int, point: TriggerPoint) -> None:
    console.print(f"[bold red]X{number}[/bold red] {point.name}: {point.landmark}")
    for words, zone in (("mostly", point.essential), ("sometimes", point.spill)):
        if zone:
            felt = ", ".join(f"{_plain(book, key)} {weight:.0%}" for key, weight in zone.items())
            console.print(f"   felt {words} in {felt}")


def _show_features(console: Console, book: Atlas, muscle: Muscle) -> None:
    for words, vocabulary, ids in (
        ("Worse with", "aggravators", muscle.aggravated_by),
        ("Eased by", "easers", dict.fromkeys(muscle.eased_by)),
        ("Limits", "restrictions", muscle.restricts),
        ("Goes with", "symptoms", muscle.symptoms),
        ("Kept alive by", "contexts", muscle.perpetuated_by),
    ):
        if ids:
            named = ", ".join(book.features[vocabulary][id_].en for id_ in ids)
            console.print(f"[bold]{words}[/bold] {named}.")
    if muscle.mimics:
        console.print(f"[bold]Mimics[/bold] {', '.join(muscle.mimics)}.")
