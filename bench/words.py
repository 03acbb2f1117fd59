"""How well words are understood: the learning curve of the corpus, and figures on labeled complaints.

    python bench/words.py                      the learning curve: each author's wordings read with the others' only
    python bench/words.py --cases FILE.json   labeled complaints, odd and even ids apart
    python bench/words.py --places FILE.json  regions from words: precision, recall, wrong sides
    python bench/words.py --muscles FILE.json a muscle of the case first, in three, in five: from words, from drawings
    python bench/words.py --second            whole sentences of a second author; a third of them was never used
    python bench/words.py --command FILE.json processor time of `needlepoint infer`: one case, and a list

Figures on complaints that were read while the wordings were written say nothing about new ones; only those that
nobody read do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.refusal import Refused
from needlepoint.reasoning.reason import Reasoned, reason
from needlepoint.reasoning.text import index as compiled
from needlepoint.reasoning.text.corpus import BACKGROUND, Wording, wordings
from needlepoint.reasoning.text.index import Index, compile_index
from needlepoint.reasoning.text.matcher import hits_in, read_statements
from needlepoint.reasoning.words.tokens import normalize

SECOND = Path(__file__).parent / "wordings" / "second_author.toml"
RANK = {"emergency": 3, "same_day": 2, "soon": 1}
SIZES = (5, 10, 20, 40, 80, 1_000)
DRAWS = 3


def said(text: str, index: Index, language: str) -> set[str]:
    """The concepts that a text says by the wordings of an index alone."""
    statements = read_statements(normalize(text), index, language)
    return {hit.concept for hit in hits_in(statements, index)}


def learning_curve() -> None:
    """Share of the last authors' wordings that the first authors' find, by wordings a concept."""
    rows = [row for row in wordings() if not row.concept.startswith((BACKGROUND, "sentinel:"))]
    first = [row for row in rows if row.author.startswith("prototype")]
    asked = [row for row in rows if not row.author.startswith("prototype")]
    known = {row.concept for row in first}
    asked = random.Random(1).sample([row for row in asked if row.concept in known], 600)
    print("wordings a concept   found of another author's")
    for size in SIZES:
        shares = [share_found(first, asked, size, seed) for seed in range(DRAWS if size < 1_000 else 1)]
        print(f"{size if size < 1_000 else 'all':>18}   {sum(shares) / len(shares):.2f}")


def share_found(first: list[Wording], asked: list[Wording], size: int, seed: int) -> float:
    """Share of `asked` whose concept is found with at most `size` wordings of each concept."""
    by_concept: dict[tuple[str, str], list[Wording]] = {}
    for row in first:
        by_concept.setdefault((row.concept, row.language), []).append(row)
    draw = random.Random(seed)
    kept = [row for rows in by_concept.values() for row in draw.sample(rows, min(size, len(rows)))]
    index = {language: compile_index(kept, language) for language in ("en", "es")}
    found = sum(row.concept in said(row.text, index[row.language], row.language) for row in asked)
    return found / len(asked)


def answered(case: dict[str, object]) -> Reasoned | None:
    """The answer to the words, age and sex of a case; None when they name no place and no danger."""
    given = {"pain_text": case["pain_text"], "language": case.get("lang"), "sex": case.get("sex")}
    if case.get("age") is not None:
        given["age_years"] = case["age"]
    try:
        return reason({name: value for name, value in given.items() if value is not None})
    except Refused:
        return None


def figures(cases: list[dict[str, object]], name: str) -> None:
    """One line of figures for a set of complaints."""
    started = time.process_time()
    rows = [(case, answered(case)) for case in cases]
    each = (time.process_time() - started) / len(rows)
    warned = {str(case["id"]): highest(found) for case, found in rows}
    words = [case for case, _ in rows if case["raisable"] == "words"]
    urgent = [case for case in words if case["urgency"] == "emergency"]
    plain = [(case, found) for case, found in rows if case["expected"] == "ordinary"]
    asks = [len(found.ask) for _, found in plain if found]
    right = sum(warned[str(c["id"])] >= RANK[str(c["urgency"])] for c in words)
    print(
        f"{name}: warned {sum(warned[str(c['id'])] > 0 for c in words)}/{len(words)},"
        f" emergencies {sum(warned[str(c['id'])] > 0 for c in urgent)}/{len(urgent)},"
        f" urgency not too low {right}/{len(words)},"
        f" false alarms {sum(warned[str(c['id'])] > 0 for c, _ in plain)}/{len(plain)},"
        f" questions on an ordinary one {sum(asks) / max(1, len(plain)):.2f}, {each * 1000:.0f} ms CPU a case"
    )


def highest(found: Reasoned | None) -> int:
    """The rank of the most urgent warning, 0 for none."""
    return max((RANK.get(flag.urgency, 0) for flag in found.red_flags), default=0) if found else 0


def places(cases: list[dict[str, Any]]) -> None:
    """Regions from words. Where a case names no side, any side is right."""
    right = wrong = missed = refused = other_side = sided = 0
    for case in cases:
        found = answered(case)
        refused += found is None
        given = set(found.evidence.painful) if found else set()
        allowed = {*case["regions"], *case.get("also_ok", [])}
        loose = case["side"] == "unspecified"
        hits = {name for name in given if any(_is(name, other, loose) for other in allowed)}
        right, wrong = right + len(hits), wrong + len(given - hits)
        missed += sum(not any(_is(name, wanted, loose) for name in given) for wanted in case["regions"])
        if case["side"] in ("left", "right"):
            sides = {name.partition("_")[0] for name in given} & {"left", "right"}
            sided, other_side = sided + 1, other_side + bool(sides - {case["side"]})
    total = sum(len(case["regions"]) for case in cases)
    print(
        f"regions: precision {right / max(1, right + wrong):.2f}, recall {1 - missed / total:.2f},"
        f" wrong side {other_side} of {sided}, no place {refused} of {len(cases)}"
    )


def _is(given: str, wanted: str, loose: bool) -> bool:
    """Whether a region is the wanted one: on its side, or on any where the wanted one has none."""
    side, _, name = given.partition("_")
    other_side, _, other = wanted.partition("_")
    return name == other and (loose or side == other_side or other_side == "mid")


def muscles(cases: list[dict[str, Any]]) -> None:
    """How often a muscle of the case comes first, in the first three, in the first five."""
    for name, given in (
        ("words", lambda case: {"pain_text": case["pain_text"]}),
        ("regions", lambda case: {"regions": case["regions"]}),
    ):
        ranks = [_rank(given(case), case["muscles"]) for case in cases]
        shares = (sum(rank < most for rank in ranks) / len(ranks) for most in (1, 3, 5))
        print(f"muscles from {name}: first, three, five " + ", ".join(f"{share:.0%}" for share in shares))


def _rank(given: dict[str, Any], wanted: list[str]) -> int:
    """The place of the first wanted muscle in the answer; 99 where it is not there."""
    try:
        ranked = [suspect.muscle_id for suspect in reason(given).differential.ranked]
    except Refused:
        return 99
    known = {find_muscle(load_atlas(), name).id for name in wanted}
    return next((place for place, id_ in enumerate(ranked) if id_ in known), 99)


def second() -> None:
    """Whole sentences of a second author: dangers must warn, everyday talk must not."""
    table = tomllib.loads(SECOND.read_text(encoding="utf-8"))
    for language in ("en", "es"):
        for kept in (True, False):
            counts = []
            for kind in ("danger", "everyday"):
                texts = [
                    text
                    for row in table[kind]
                    for number, text in enumerate(row.get(language, []))
                    if (number % 3 == 2) == kept
                ]
                found = [answered({"pain_text": text, "lang": language}) for text in texts]
                asked = sum(bool(one and (highest(one) or one.ask)) for one in found)
                counts.append((sum(highest(one) > 0 for one in found), asked, len(texts)))
            (warned, asked, dangers), (alarms, _, plain) = counts
            part = "never used" if kept else "used      "
            print(
                f"{language}, {part}: warned {warned}/{dangers}, warned or asked {asked}/{dangers},"
                f" false alarms {alarms}/{plain}"
            )


def command(file: Path) -> None:
    """Processor and wall time of the command, from its start: one case, five times, and a list of cases."""
    program = [sys.executable, "-m", "needlepoint", "infer", "--json"]
    one = [_timed([*program, "--text", "my right neck hurts when I turn my head"]) for _ in range(5)]
    print("one case: processor " + ", ".join(f"{cpu:.2f}" for cpu, _ in one) + " s")
    number = len(json.loads(file.read_text(encoding="utf-8")))
    cpu, wall = _timed([*program, str(file)])
    print(f"{number} cases: processor {cpu:.1f} s, wall {wall:.1f} s on {os.cpu_count()} cores")


def _timed(words: list[str]) -> tuple[float, float]:
    """Processor time of a command with its children, and wall time."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu, time.perf_counter() - started


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--places", type=Path)
    parser.add_argument("--muscles", type=Path)
    parser.add_argument("--command", type=Path)
    parser.add_argument("--second", action="store_true")
    given = parser.parse_args()
    if given.command:
        command(given.command)
        return
    size = compiled.FILE.stat().st_size / 1e6
    print(
        f"{sum(len(index.phrases) for index in compiled.load_index().values())} wordings, {size:.1f} MB compiled"
    )
    for file, measure in ((given.places, places), (given.muscles, muscles)):
        if file:
            measure(json.loads(file.read_text(encoding="utf-8")))
    if given.second:
        second()
    if given.cases is None:
        if not (given.places or given.muscles or given.second):
            learning_curve()
        return
    cases = json.loads(given.cases.read_text(encoding="utf-8"))
    number = {str(case["id"]): int("".join(filter(str.isdigit, str(case["id"])))) for case in cases}
    figures([case for case in cases if number[str(case["id"])] % 2], "odd ids ")
    figures([case for case in cases if not number[str(case["id"])] % 2], "even ids")


if __name__ == "__main__":
    main()
