"""What sentences say: places, and warnings that must or must not be raised."""

import tomllib

import pytest

from needlepoint.reasoning.red_flags.check import screen_text
from needlepoint.reasoning.words.read import read_text
from tests.places import SPEC

SPEC = SPEC / "reasoning"
WARNINGS = tomllib.loads((SPEC / "red_flag_words.toml").read_text(encoding="utf-8"))
PLACES = tomllib.loads((SPEC / "place_words.toml").read_text(encoding="utf-8"))["places"]


@pytest.mark.parametrize(("flag", "text"), WARNINGS["raises"])
def test_a_warning_is_raised(flag, text):
    raised = {found.id: found for found in screen_text(text)}
    assert flag in raised
    assert raised[flag].because
    assert raised[flag].source


@pytest.mark.parametrize("text", WARNINGS["quiet"])
def test_ordinary_muscle_pain_does_not_alarm(text):
    assert [found.id for found in screen_text(text) if found.urgency != "before_needle"] == []


@pytest.mark.parametrize(("text", "regions"), PLACES)
def test_places_are_read(text, regions):
    assert set(regions) <= {mention.region for mention in read_text(text).regions if not mention.negated}
