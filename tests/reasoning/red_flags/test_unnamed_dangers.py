"""Dangers that the words of a complaint hold without naming them, and harmless sentences with the same words."""

import tomllib

import pytest

from needlepoint.reasoning.red_flags.check import screen_text
from tests.places import SPEC

TABLE = tomllib.loads((SPEC / "reasoning" / "unnamed_dangers.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("flag", "text"), TABLE["raises"])
def test_the_danger_is_named(flag, text):
    assert flag in {found.id for found in screen_text(text)}


@pytest.mark.parametrize("text", TABLE["quiet"])
def test_the_same_words_without_danger_are_quiet(text):
    assert [found.id for found in screen_text(text) if found.action.warns_patient] == []
