"""What the note says of the neurological examination and the range of motion: only what was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.documents.notes.load import word
from needlepoint.documents.notes.sentence import NoteSentence, sentence
from needlepoint.exam.motion import MotionFinding, load_motions
from needlepoint.reasoning.neurological import SCALES, load_neurological, value_words
from needlepoint.reasoning.types import NeuroFinding
from needlepoint.visit.facts import Visit

__all__ = ["examined", "motion_words", "neuro_words"]


def examined(visit: Visit, lang: str) -> Iterator[NoteSentence]:
    """Return one sentence for each kind of neurological test, and one for the range of motion."""
    tests = load_neurological().tests
    for kind in SCALES:
        rows = [row for row in visit.facts.neurological if tests[row.test].kind == kind]
        if rows:
            yield sentence(
                f"neuro_{kind}", lang, f"facts.neurological.{kind}", list="; ".join(_listed(rows, lang))
            )
    if visit.facts.motions:
        found = "; ".join(motion_words(row, lang) for row in visit.facts.motions)
        yield sentence("motions", lang, list=found)


def _listed(rows: list[NeuroFinding], lang: str) -> Iterator[str]:
    """Return each test once: both sides together where they are equal."""
    by_test: dict[str, dict[str, NeuroFinding]] = {}
    for row in rows:
        by_test.setdefault(row.test, {})[row.side] = row
    for sides in by_test.values():
        equal = len(sides) == 2 and len({row.value for row in sides.values()}) == 1
        if equal:
            yield neuro_words(next(iter(sides.values())), lang, "both")
        else:
            yield from (neuro_words(row, lang) for row in sides.values())


def neuro_words(row: NeuroFinding, lang: str, side: str = "") -> str:
    """Return one result: the test, the side, the value."""
    test = load_neurological().tests[row.test]
    name = test.es if lang == "es" else test.en
    return f"{name}{_side(side or row.side, lang)} {value_words(test.kind, lang)[row.value]}"


def motion_words(row: MotionFinding, lang: str) -> str:
    """Return one movement: its name, the side, what was measured of the full range, and whether it hurts."""
    motion = load_motions().motions[row.motion]
    said = (motion.es if lang == "es" else motion.en) + _side(row.side, lang)
    if row.degrees is not None:
        unit = motion.unit if motion.unit == "°" else f" {motion.unit}"
        said += " " + word("motion", "of", lang, n=f"{row.degrees}{unit}", full=f"{motion.full}{unit}")
    if row.painful is not None:
        said += word("motion", "painful" if row.painful else "painless", lang)
    return said


def _side(side: str, lang: str) -> str:
    return "" if side == "midline" else word("motion", side, lang)
