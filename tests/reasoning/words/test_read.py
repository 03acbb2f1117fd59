"""Words become regions with their sides, and features; denial and movement are respected."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.reasoning.words.read import read_phrase, read_text
from tests.places import SPEC

TABLE = SPEC / "reasoning" / "words.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]


def painful(reading):
    found = set()
    for mention in reading.regions:
        if not mention.negated:
            found |= {mention.region} if mention.side == "unspecified" else set(mention.ids("right"))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_table(case):
    reading = read_text(case["text"])
    assert painful(reading) == set(case["regions"])
    said = {f"{mention.vocabulary}:{mention.id}" for mention in reading.features if not mention.negated}
    assert set(case.get("features", [])) <= said


@pytest.mark.parametrize(
    ("vocabulary", "text", "id_"),
    [
        ("aggravators", "pressing weights", "pushing"),
        ("aggravators", "long sitting", "long_sitting"),
        ("aggravators", "using a mouse", "using_mouse"),
        ("restrictions", "hip internal rotation", "hip_internal_rotation"),
        ("restrictions", "neck rotation", "neck_rotation_same"),
        ("symptoms", "night cramps", "calf_cramp"),
    ],
)
def test_a_short_string_names_a_feature(vocabulary, text, id_):
    assert id_ in read_phrase(vocabulary, text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    for mention in read_text(text).regions:
        assert mention.words in text
