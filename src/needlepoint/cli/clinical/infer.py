"""`needlepoint infer`: a complaint to red flags, ranked muscles and the next best palpation."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from needlepoint.anatomy.types import Muscle
from needlepoint.base.refusal import Fault, Refused
from needlepoint.cli.files import print_json, read_json, write_picture
from needlepoint.reasoning.reason import NOT_ASKED, Reasoned, reason
from needlepoint.reasoning.types import Evidence

MANY = 200  # cases from which every core is used and the answers are streamed
CHUNK = 25  # cases handed to a process at a time
SHOWN = 8
LEADING = 4
OTHERS_FROM = 0.02  # less likely causes are left to `--json`
UNTOLD = 5.0  # how strongly a region is painted when nobody said how much it hurts
COLORS = {
    "emergency": "bold white on red",
    "same_day": "bold black on yellow",
    "soon": "bold yellow",
    "before_needle": "bold yellow",
}


@click.command()
@click.argument("file", required=False)
@click.option("--text", help="The complaint in words, English or Spanish, instead of a file.")
@click.option("--svg", help="Draw the complaint with its leading muscles to this file.")
@click.option("--png", help="Draw the complaint with its leading muscles to this file.")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the picture.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one entry a case.")
def infer(
    file: str | None, text: str | None, svg: str | None, png: str | None, lang: str, as_json: bool
) -> None:
    """Which muscles to examine, from one case or a list of cases (regions, a drawing or words)."""
    cases = _cases(file, text)
    if as_json and len(cases) >= MANY and not (svg or png):
        print_many(cases)
        return
    found = [_answer(where, case) for where, case in cases]
    unread = [fault for answer in found if isinstance(answer, Refused) for fault in answer.faults]
    if unread and (len(found) == 1 or not as_json):
        raise Refused(unread)
    if svg or png:
        write_picture(picture_of(_first(found), lang), svg, png)
    if as_json:
        print_json([as_plain(answer, case) for answer, (_, case) in zip(found, cases, strict=True)])
    else:
        for answer in found:
            show(Console(), answer, lang)


def print_many(cases: list[tuple[str, Any]]) -> None:
    """The JSON list of many cases, each printed as soon as it and those before it are answered, on every core."""
    with ProcessPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        entries = pool.map(_encoded, cases, chunksize=CHUNK)
        click.echo("[")
        for number, entry in enumerate(entries, 1):
            click.echo(entry.decode() + ("," if number < len(cases) else ""))
        click.echo("]")


def _encoded(given: tuple[str, Any]) -> bytes:
    where, case = given
    return msgspec.json.encode(as_plain(_answer(where, case), case))


def _answer(where: str, case: Any) -> Reasoned | Refused:
    try:
        return reason(case, where)
    except Refused as refusal:
        return refusal


def _first(found: list[Reasoned | Refused]) -> Reasoned:
    """The first case that could be read."""
    return next(answer for answer in found if isinstance(answer, Reasoned))


def _cases(file: str | None, text: str | None) -> list[tuple[str, Any]]:
    """(where, case) for each case that was given."""
    if (file is None) == (text is None):
        given = "both a file and --text" if file else "neither a file nor --text"
        raise Refused(Fault("infer", given, "one of them", "Give FILE, '-' or --text."))
    if file is None:
        return [("--text", {"pain_text": text})]
    obj = read_json(file)
    if isinstance(obj, list):
        if not obj:
            raise Refused(Fault(file, "an empty list", "at least one case"))
        return [(f"[{index}]", _complaint_of(case)) for index, case in enumerate(obj)]
    return [("case", _complaint_of(obj))]


def _complaint_of(case: Any) -> Any:
    """The case itself, or the complaint in an episode file."""
    if isinstance(case, dict) and isinstance(case.get("complaint"), dict):
        return {"id": case.get("id"), **case["complaint"]}
    return case


def as_plain(answer: Reasoned | Refused, case: Any = None) -> dict[str, Any]:
    """One answer in the published shape of `infer --json`. A case that cannot be read says so in its own entry."""
    if isinstance(answer, Refused):
        id_ = case.get("id") if isinstance(case, dict) else None
        nothing = Reasoned(
            id=id_ if isinstance(id_, str) else None,
            red_flags=(),
            evidence=Evidence(),
            differential=NOT_ASKED,
        )
        return as_plain(nothing) | {"refused": [_in_words(fault) for fault in answer.faults]}
    differential = answer.differential
    return {
        "id": answer.id,
        "red_flags": answer.red_flags,
        "evidence": msgspec.structs.replace(answer.evidence, drawing=None),
        "rule_out": answer.rule_out,
        "other_causes": differential.other_causes,
        "ask": answer.ask,
        "understood": answer.understood,
        "ranked": differential.ranked,
        "nothing_explains": differential.nothing_explains,
        "sets": differential.sets,
        "next_palpation": differential.next_palpation,
        "method": differential.method,
    }


def _in_words(fault: Fault) -> str:
    said = f"{fault.given} was given; expected: {fault.expected}."
    return f"{said} {fault.remedy}" if fault.remedy else said


def picture_of(answer: Reasoned, lang: str = "en") -> str:
    """The SVG of the complaint with the leading muscles on it."""
    from needlepoint.anatomy import load_atlas
    from needlepoint.anatomy.picture import complaint_picture

    evidence = answer.evidence
    painful = (*evidence.painful, *(region for group in evidence.together for region in group))
    muscles = load_atlas().muscles
    leading = [
        (_at(muscles[suspect.muscle_id], suspect.likeliest_point), suspect.side, suspect.probability)
        for suspect in answer.differential.ranked[:LEADING]
    ]
    shown = {region: evidence.intensity.get(region, UNTOLD) for region in painful}
    return complaint_picture(shown, muscles=leading, lang=lang, drawing=evidence.drawing)


def _at(muscle: Muscle, point: str) -> Muscle:
    """The muscle with the one point that fits the drawing best, where it is one."""
    points = [candidate for candidate in muscle.points if candidate.id == point]
    return msgspec.structs.replace(muscle, points=points) if points else muscle


def show(console: Console, answer: Reasoned | Refused, lang: str = "en") -> None:
    """One answer as a page for the terminal."""
    if isinstance(answer, Refused):
        raise answer
    if answer.id:
        console.rule(f"[bold]{answer.id}", align="left")
    for flag in answer.red_flags:
        console.print(
            f"[{COLORS[flag.urgency]}] {flag.action.label_en.upper()} [/] [bold]{flag.title_en}[/bold]"
        )
        console.print(f"   because of: {'; '.join(flag.because)}")
        console.print(f"   {flag.action.staff_en}")
        console.print(f"   [dim]{'; '.join(c.title for c in flag.source)} ({flag.certainty.value})[/dim]")
    _show_rule_out(console, answer)
    if answer.differential.ranked:
        _show_evidence(console, answer)
        _show_ranked(console, answer)
        _show_others(console, answer, lang)
        _show_next(console, answer)
    else:
        console.print(f"No muscles are ranked: {answer.differential.method}.\n")
    _show_questions(console, answer, lang)
    if answer.understood.not_read:
        console.print(f"[dim]Not understood: {'; '.join(answer.understood.not_read)}[/dim]")


def _show_rule_out(console: Console, answer: Reasoned) -> None:
    """Causes to exclude first; the warnings stand above already."""
    raised = {flag.id for flag in answer.red_flags}
    for item in (item for item in answer.rule_out if item.id not in raised):
        style, label = COLORS[item.urgency], item.action.label_en.upper()
        chance = f" ({_chance(item.probability)})" if item.probability is not None else ""
        console.print(f"[{style}] RULE OUT, {label} [/] [bold]{item.title_en}[/bold]{chance}")
        if item.test:
            console.print(f"   {item.test}")


def _show_others(console: Console, answer: Reasoned, lang: str) -> None:
    """Causes that are not muscle."""
    found = [cause for cause in answer.differential.other_causes if cause.probability >= OTHERS_FROM][
        :LEADING
    ]
    if found:
        console.print("\n[bold]Other causes[/bold]")
    for cause in found:
        name = cause.name_es if lang == "es" else cause.name_en
        why = f"; for: {', '.join(cause.for_)}" if cause.for_ else ""
        why += f"; against: {', '.join(cause.against)}" if cause.against else ""
        console.print(f"   {_chance(cause.probability):>4} {name}{why}")
        console.print(f"        [dim]{cause.test}[/dim]")
    left = answer.differential.nothing_explains
    console.print(f"   {_chance(left):>4} [dim]nothing in these lists explains it[/dim]")


def _show_questions(console: Console, answer: Reasoned, lang: str) -> None:
    for number, question in enumerate(answer.ask, 1):
        text = question.text_es if lang == "es" else question.text_en
        waits = " [bold](before any needle)[/bold]" if question.blocks else ""
        console.print(f"[bold]Ask {number}[/bold] {text}{waits}")


def _chance(probability: float) -> str:
    """A share in percent; never 0 or 100, which no drawing can say."""
    return "<1%" if probability < 0.01 else ">99%" if probability > 0.99 else f"{probability:.0%}"


def _words(name: str) -> str:
    return name.replace("mid_", "").replace("_", " ").replace(":", ": ")


def _show_evidence(console: Console, answer: Reasoned) -> None:
    evidence = answer.evidence
    painful = [
        *evidence.painful,
        *(f"middle of the {group[0].partition('_')[2]}" for group in evidence.together),
    ]
    console.print(f"[bold]Pain[/bold]      {', '.join(_words(name) for name in painful)}")
    if evidence.painless:
        console.print(f"[bold]No pain[/bold]   {', '.join(_words(name) for name in evidence.painless)}")
    if evidence.features:
        console.print(f"[bold]Also[/bold]      {', '.join(_words(id_) for _, id_ in evidence.features)}")
    if not evidence.side_known:
        console.print("[dim]No side was given: muscles are named without one.[/dim]")
    console.print()


def _show_ranked(console: Console, answer: Reasoned) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right")
    table.add_column("muscle to examine", min_width=24)
    table.add_column("chance", justify="right")
    table.add_column("explains", overflow="fold")
    table.add_column("leaves / speaks against", style="dim", overflow="fold")
    for number, suspect in enumerate(answer.differential.ranked[:SHOWN], 1):
        side = "" if suspect.side in ("unspecified", "midline") else f"{suspect.side} "
        also = [_words(reason_.partition(":")[2]) for reason_ in suspect.for_[:3]]
        explains = ", ".join(
            [*(_words(name) for name in suspect.explains), *(f"+ {words}" for words in also)]
        )
        against = [f"leaves {_words(name)}" for name in suspect.unexplained]
        against += [f"no pain in {_words(name)}" for name in suspect.against[:2]]
        table.add_row(
            str(number),
            f"{side}{suspect.muscle}",
            _chance(suspect.probability),
            explains,
            "; ".join(against),
        )
    console.print(table)


def _show_next(console: Console, answer: Reasoned) -> None:
    differential = answer.differential
    together = [found for found in differential.sets if len(found.muscles) > 1][:2]
    for found in together:
        console.print(
            f"[bold]Or together[/bold] {' and '.join(found.muscles)} ({_chance(found.probability)})"
        )
    palpation = differential.next_palpation
    if palpation:
        side = "" if palpation.side in ("unspecified", "midline") else f"{palpation.side} "
        console.print(f"\n[bold]Feel next[/bold] {side}{palpation.muscle}: {palpation.how}")
        console.print(f"   if found, {palpation.if_found}; if not, {palpation.if_not}.")
    console.print("[dim]A ranked list of what to examine; not a diagnosis.[/dim]\n")
