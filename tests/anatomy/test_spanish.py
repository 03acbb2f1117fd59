"""Every text of the atlas that a plan shows has its Spanish, and no Spanish is kept for a text that is gone."""

import re

import pytest

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.spanish import FOLDER, in_language
from needlepoint.base.knowledge import read_toml

MUSCLES = load_atlas().muscles.values()
POINTS = [point for muscle in MUSCLES for point in muscle.points]
TEXTS = {
    "landmarks": {point.landmark for point in POINTS},
    "approaches": {muscle.needling_at(point).approach for muscle in MUSCLES for point in muscle.points}
    | {muscle.needling.approach for muscle in MUSCLES},
    "avoiding": {row.avoid for rows in (*MUSCLES, *POINTS) for row in rows.hazards},
    "positions": {muscle.needling.position_note for muscle in MUSCLES} - {""},
}
ENGLISH = re.compile(
    r"\b(the|and|with|of|is|not|for|before|after|needle|an|at|by|bone|muscle|edge|finger|below|above|toward|stay|skin)\b",
    re.I,
)


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_has_its_spanish_and_no_spanish_is_left_over(name):
    assert read_toml(FOLDER / f"{name}.toml")["words"].keys() == TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_the_spanish_is_spanish(name):
    said = {text: in_language(text, "es") for text in TEXTS[name]}
    assert {es for es in said.values() if ENGLISH.search(es)} == set()
    assert {es for text, es in said.items() if es[-1] != text[-1] or len(es) < 0.7 * len(text)} == set()


@pytest.mark.parametrize("name", TEXTS)
def test_the_spanish_keeps_every_number_and_level_of_the_spine(name):
    """A level of the spine or a number in digits, as the English has it."""
    figures = re.compile(r"\b[CTLS]?\d+\b")
    changed = {
        text: in_language(text, "es")
        for text in TEXTS[name]
        if set(figures.findall(text)) - set(figures.findall(in_language(text, "es")))
    }
    assert changed == {}
