"""Warnings are raised by what is reported, not by what is denied."""

import tomllib

import pytest

from needlepoint.reasoning.red_flags.check import age_said, screen_text
from tests.places import SPEC

TABLE = SPEC / "reasoning" / "red_flags.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_table(case):
    raised = {flag.id for flag in screen_text(case["text"])}
    assert set(case["raises"]) <= raised
    assert bool(raised) == bool(case["raises"])


def test_a_flag_says_its_words_and_its_source():
    flag = screen_text("Dolor de espalda y no puedo orinar.")[0]
    assert flag.urgency == "emergency"
    assert "no puedo orinar" in flag.because
    assert flag.source[0].title


def test_the_most_urgent_comes_first():
    flags = screen_text("I am pregnant. Crushing chest pain down my left arm.")
    assert flags[0].urgency == "emergency"
    assert flags[-1].id == "pregnant_first"


@pytest.mark.parametrize(
    ("text", "age"),
    [("a 72-year-old woman", 72), ("I am 66", 66), ("tiene 58 años", 58), ("for 3 weeks", None)],
)
def test_an_age_is_read_from_the_words(text, age):
    assert age_said(text) == age
