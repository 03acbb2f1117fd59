"""Dangers beside denials, stories of the past and other persons; and the same words where nothing is wrong."""

import tomllib

import pytest

from needlepoint.reasoning.reason import reason
from needlepoint.reasoning.red_flags.check import screen_text
from tests.places import SPEC

SPEC = SPEC / "reasoning" / "around_dangers.toml"
TABLE = tomllib.loads(SPEC.read_text(encoding="utf-8"))


def warned(text):
    return [flag.id for flag in screen_text(text) if flag.action.warns_patient]


@pytest.mark.parametrize(("flag", "text"), TABLE["raises"] + TABLE["firm"])
def test_a_danger_is_raised_whatever_stands_beside_it_and_never_refused(flag, text):
    assert flag in {found.id for found in reason({"pain_text": text}).red_flags}


@pytest.mark.parametrize("text", TABLE["quiet"])
def test_what_is_denied_or_harmless_does_not_warn(text):
    assert warned(text) == []


@pytest.mark.parametrize(("question", "text"), TABLE["asks"])
def test_what_is_only_hinted_at_is_asked(question, text):
    assert warned(text) == []
    assert question in {asked.id for asked in reason({"pain_text": text}).ask}
