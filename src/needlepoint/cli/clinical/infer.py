"""`needlepoint infer`: a complaint to red flags, ranked muscles and the next best palpation."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import Any

import click
import msgspec

from needlepoint.anatomy.types import Muscle
from needlepoint.base.refusal import Fault, Refused
from needlepoint.cli.clinical.many import in_order
from needlepoint.cli.files import json_of, print_json, read_json, whole_stream, write_picture
from needlepoint.reasoning.reason import NOT_ASKED, Reasoned, reason
from needlepoint.reasoning.types import Evidence

MANY = 200  # number of cases from which every core is used and the answers are streamed
LEADING = 4
LINES = (".jsonl", ".ndjson")  # names of files with one case per line
UNTOLD = 5.0  # intensity of a painted region without a pain rating


@click.command()
@click.argument("file", required=False)
@click.option("--text", help="The complaint in words, English or Spanish, instead of a file.")
@click.option("--svg", help="Draw the complaint with its leading muscles to this file.")
@click.option("--png", help="Draw the complaint with its leading muscles to this file.")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the picture.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one entry a case.")
@click.option(
    "--lines",
    is_flag=True,
    help="FILE holds one case a line; print one line of JSON a case, as it is answered.",
)
def infer(
    file: str | None,
    text: str | None,
    svg: str | None,
    png: str | None,
    lang: str,
    as_json: bool,
    lines: bool,
) -> None:
    """Rank the muscles to examine, for one case or a list of cases (regions, a drawing or words).

    A FILE named .jsonl or .ndjson has one case a line, as with --lines.
    """
    if file is not None and not text and (lines or file.endswith(LINES)):
        _print_lines(file)
        return
    cases = _cases(file, text)
    if as_json and len(cases) >= MANY and not (svg or png):
        _print_list(cases)
        return
    found = [_answer(where, case) for where, case in cases]
    _refuse_unread(found, as_json)
    if svg or png:
        write_picture(picture_of(_first(found), lang), svg, png)
    if as_json:
        print_json([as_plain(answer, case) for answer, (_, case) in zip(found, cases, strict=True)])
    else:
        _print_pages(found, lang)


def _refuse_unread(found: list[Reasoned | Refused], as_json: bool) -> None:
    """Refuse unreadable cases; in a JSON list they are entries of their own."""
    unread = [fault for answer in found if isinstance(answer, Refused) for fault in answer.faults]
    if unread and (len(found) == 1 or not as_json):
        raise Refused(unread)


def _print_pages(found: list[Reasoned | Refused], lang: str) -> None:
    from rich.console import Console  # slow to import, and JSON does not need it

    from needlepoint.cli.clinical.infer_page import show

    for answer in found:
        show(Console(), answer, lang)


def _print_list(cases: list[tuple[str, Any]]) -> None:
    """Print the JSON list of many cases, on every core, each as soon as it and those before it are ready."""
    click.echo("[")
    for number, entry in enumerate(in_order(_encoded, cases), 1):
        click.echo(entry.decode() + ("," if number < len(cases) else ""))
    click.echo("]")


def _print_lines(file: str) -> None:
    """Print one line of JSON for each line of a file, in order; an unreadable line has its error in its entry."""
    with whole_stream(file) if file != "-" else nullcontext(sys.stdin.buffer) as stream:
        for entry in in_order(_encoded_line, enumerate(stream, 1)):
            click.echo(entry.decode())


def _encoded_line(given: tuple[int, bytes]) -> bytes:
    number, line = given
    try:
        case = _complaint_of(json_of(f"line {number}", line))
    except Refused as refusal:
        return msgspec.json.encode(as_plain(refusal))
    return _encoded((f"line {number}", case))


def _encoded(given: tuple[str, Any]) -> bytes:
    where, case = given
    return msgspec.json.encode(as_plain(_answer(where, case), case))


def _answer(where: str, case: Any) -> Reasoned | Refused:
    try:
        return reason(case, where)
    except Refused as refusal:
        return refusal


def _first(found: list[Reasoned | Refused]) -> Reasoned:
    """Return the first readable case."""
    return next(answer for answer in found if isinstance(answer, Reasoned))


def _cases(file: str | None, text: str | None) -> list[tuple[str, Any]]:
    """Return (where, case) for each case."""
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
    """Return the case itself, or the complaint in an episode file."""
    if isinstance(case, dict) and isinstance(case.get("complaint"), dict):
        return {"id": case.get("id"), **case["complaint"]}
    return case


def as_plain(answer: Reasoned | Refused, case: Any = None) -> dict[str, Any]:
    """Return one answer in the published shape of `infer --json`. An unreadable case has its error in its entry."""
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
    """Return the SVG of the complaint with the leading muscles."""
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
    """Return the muscle with the point that fits the drawing best, if it is a single one."""
    points = [candidate for candidate in muscle.points if candidate.id == point]
    return msgspec.structs.replace(muscle, points=points) if points else muscle
