"""How well words are understood: the learning curve of the corpus, and figures on labeled complaints.

    python bench/words.py                      the learning curve: each author's wordings read with the others' only
    python bench/words.py --cases FILE.json   labeled complaints, odd and even ids apart

Figures on complaints that were read while the wordings were written say nothing about new ones; only those that
nobody read do.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

from needlepoint.base.refusal import Refused
from needlepoint.reasoning.reason import Reasoned, reason
from needlepoint.reasoning.text import index as compiled
from needlepoint.reasoning.text.corpus import BACKGROUND, Wording, wordings
from needlepoint.reasoning.text.index import Index, compile_index
from needlepoint.reasoning.text.matcher import hits_in, read_statements
from needlepoint.reasoning.words.tokens import normalize

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


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=Path)
    given = parser.parse_args()
    size = compiled.FILE.stat().st_size / 1e6
    print(
        f"{sum(len(index.phrases) for index in compiled.load_index().values())} wordings, {size:.1f} MB compiled"
    )
    if given.cases is None:
        learning_curve()
        return
    cases = json.loads(given.cases.read_text(encoding="utf-8"))
    number = {str(case["id"]): int("".join(filter(str.isdigit, str(case["id"])))) for case in cases}
    figures([case for case in cases if number[str(case["id"])] % 2], "odd ids ")
    figures([case for case in cases if not number[str(case["id"])] % 2], "even ids")


if __name__ == "__main__":
    main()
