"""Signs that are over, idioms and words of places that are no complaint warn of nothing; what is still there does."""

import tomllib

import pytest

from needlepoint.reasoning.red_flags.check import screen_text
from needlepoint.reasoning.words.read import read_text
from tests.places import SPEC

TABLE = tomllib.loads((SPEC / "reasoning" / "past_signs.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", TABLE["quiet"])
def test_what_is_over_does_not_warn(text):
    assert [flag.id for flag in screen_text(text) if flag.action.warns_patient] == []


@pytest.mark.parametrize(("flag", "text"), TABLE["raises"])
def test_what_is_there_or_fresh_warns(flag, text):
    assert flag in {found.id for found in screen_text(text)}


@pytest.mark.parametrize(("text", "regions"), TABLE["places"])
def test_only_the_places_that_hurt_are_read(text, regions):
    painful = {id_ for found in read_text(text).regions if not found.negated for id_ in found.ids("right")}
    assert painful == set(regions)
