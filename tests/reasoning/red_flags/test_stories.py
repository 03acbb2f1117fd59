"""Dangers described by what people saw, felt or did; and the same words where nothing is wrong."""

import tomllib

import pytest

from needlepoint.reasoning.reason import reason
from needlepoint.reasoning.red_flags.check import screen_text
from tests.places import SPEC

TABLE = tomllib.loads((SPEC / "reasoning" / "stories.toml").read_text(encoding="utf-8"))


def warned(text):
    return [flag.id for flag in screen_text(text) if flag.action.warns_patient]


@pytest.mark.parametrize(("flag", "text"), TABLE["raises"])
def test_a_story_of_a_danger_raises_its_flag(flag, text):
    assert flag in warned(text)


@pytest.mark.parametrize(("question", "text"), TABLE["asks"])
def test_despair_is_asked_about_and_does_not_warn(question, text):
    assert warned(text) == []
    assert question in {asked.id for asked in reason({"pain_text": text}).ask}


@pytest.mark.parametrize("text", TABLE["quiet"])
def test_the_same_words_in_ordinary_talk_do_not_warn(text):
    assert warned(text) == []
