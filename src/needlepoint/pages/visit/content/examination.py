"""What the board shows of the neurological examination and the range of motion: what is asked, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from needlepoint.documents.notes.examined import motion_words, neuro_words
from needlepoint.exam.motion import JointMotion, load_motions
from needlepoint.pages.visit.content.statements import chance_of
from needlepoint.pages.visit.forms.examination import field_name, side_words
from needlepoint.reasoning.neurological import (
    Examine,
    NeuroTest,
    is_abnormal,
    load_neurological,
    value_words,
)
from needlepoint.visit.facts import Facts

__all__ = ["Examination", "examination_of"]


class ResultField(msgspec.Struct, frozen=True):
    """One side of a test or movement: its field with its label, the side, the value so far, whether it hurts."""

    name: str
    label: str
    side: str
    value: str
    painful: bool | None = None


class TestRow(msgspec.Struct, frozen=True):
    """One test or movement with its sides, the words of its values by number, and its full range."""

    name: str
    fields: tuple[ResultField, ...]
    options: tuple[tuple[str, str], ...] = ()
    full: str = ""


class ExamGroup(msgspec.Struct, frozen=True):
    """Tests or movements that are shown together."""

    id: str
    title: str
    rows: tuple[TestRow, ...]


class AskedGroup(msgspec.Struct, frozen=True):
    """A group of tests that is asked for: why, how likely, and the open tests."""

    why: str
    chance: str
    names: str
    rows: tuple[TestRow, ...]
    normal: tuple[str, ...]  # the fields that "all normal" fills


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, what was found in words, and all that can be recorded."""

    asked: tuple[AskedGroup, ...]
    found: tuple[tuple[str, bool], ...]  # words, and whether it is abnormal
    moved: tuple[str, ...]
    tests: tuple[ExamGroup, ...]
    motions: tuple[ExamGroup, ...]


KINDS = {
    "strength": ("Strength (0 to 5)", "Fuerza (0 a 5)"),
    "sensation": ("Sensation to light touch", "Sensibilidad al tacto"),
    "reflex": ("Reflexes", "Reflejos"),
    "sign": ("Signs and provocation tests", "Signos y pruebas de provocación"),
}


def examination_of(facts: Facts, asked: Sequence[Examine], lang: str) -> Examination:
    """Return the examination of a visit for the board."""
    values = {(row.test, row.side): row.value for row in facts.neurological}
    tests = load_neurological().tests
    return Examination(
        asked=tuple(_asked(row, values, lang) for row in asked),
        found=tuple((neuro_words(row, lang), is_abnormal(row)) for row in facts.neurological),
        moved=tuple(motion_words(row, lang) for row in facts.motions),
        tests=tuple(
            ExamGroup(
                kind, words[lang == "es"], _rows([t for t in tests.values() if t.kind == kind], values, lang)
            )
            for kind, words in KINDS.items()
        ),
        motions=_motions(facts, lang),
    )


def _asked(row: Examine, values: dict[tuple[str, str], int], lang: str) -> AskedGroup:
    tests = [load_neurological().tests[id_] for id_ in row.tests]
    return AskedGroup(
        why=row.es if lang == "es" else row.en,
        chance=chance_of(row.probability),
        names=", ".join(test.es if lang == "es" else test.en for test in tests),
        rows=_rows(tests, values, lang),
        normal=tuple(
            field_name(test.id, side)
            for test in tests
            for side in test.sides
            if (test.id, side) not in values
        ),
    )


def _rows(tests: Iterable[NeuroTest], values: dict[tuple[str, str], int], lang: str) -> tuple[TestRow, ...]:
    return tuple(
        TestRow(
            name=test.es if lang == "es" else test.en,
            fields=tuple(
                _field(test, side, lang, str(values.get((test.id, side), ""))) for side in test.sides
            ),
            options=tuple((str(n), words) for n, words in enumerate(value_words(test.kind, lang))),
        )
        for test in tests
    )


def _field(
    row: NeuroTest | JointMotion, side: str, lang: str, value: str, painful: bool | None = None
) -> ResultField:
    label = f"{row.es if lang == 'es' else row.en} {side_words(side, lang)}".strip()
    return ResultField(field_name(row.id, side), label, side, value, painful)


def _motions(facts: Facts, lang: str) -> tuple[ExamGroup, ...]:
    rows = load_motions()
    return tuple(
        ExamGroup(
            area.id,
            area.es if lang == "es" else area.en,
            tuple(_motion(row, facts, lang) for row in rows.motion if row.area == area.id),
        )
        for area in rows.area
    )


def _motion(motion: JointMotion, facts: Facts, lang: str) -> TestRow:
    known = {row.side: row for row in facts.motions if row.motion == motion.id}
    fields = []
    for side in motion.sides:
        row = known.get(side)
        degrees = "" if row is None or row.degrees is None else str(row.degrees)
        fields.append(_field(motion, side, lang, degrees, row.painful if row else None))
    unit = motion.unit if motion.unit == "°" else f" {motion.unit}"
    name = motion.es if lang == "es" else motion.en
    return TestRow(name, tuple(fields), full=f"{motion.full}{unit}")
