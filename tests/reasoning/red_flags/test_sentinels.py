"""Findings that warn by themselves, in English and Spanish, with or without a place; and what must not warn."""

import tomllib

import pytest

from needlepoint.reasoning.reason import reason
from needlepoint.reasoning.red_flags.actions import Urgency, load_actions, most_urgent
from needlepoint.reasoning.red_flags.check import screen_text
from needlepoint.reasoning.text.index import FILE, compile_all, encode_index
from tests.places import SPEC

TABLE = tomllib.loads((SPEC / "reasoning" / "sentinels.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("flag", "text"), TABLE["raises"])
def test_a_sentinel_is_raised_by_words_alone(flag, text):
    raised = {found.id: found for found in screen_text(text)}
    assert flag in raised
    assert raised[flag].because
    assert raised[flag].action.warns_patient


@pytest.mark.parametrize(("flag", "text", "regions", "age"), TABLE["marked"])
def test_a_marked_place_counts_as_said(flag, text, regions, age):
    assert flag in {found.id for found in screen_text(text, regions=regions, age=age)}


@pytest.mark.parametrize("text", TABLE["quiet"])
def test_what_is_ordinary_does_not_warn(text):
    assert [found.id for found in screen_text(text) if found.action.warns_patient] == []


def test_words_of_suicide_show_988():
    assert screen_text("I have thoughts of killing myself")[0].action.phone == "988"


def test_words_that_name_no_place_still_warn():
    found = reason({"pain_text": "I think about not being around any more"})
    assert [flag.id for flag in found.red_flags] == ["suicide"]
    assert found.differential.ranked == ()


def test_the_first_action_is_the_most_urgent():
    actions = load_actions()
    assert most_urgent(reversed(actions.values())) == actions["call_911"]
    assert [action.urgency.rank for action in actions.values()] == sorted(
        action.urgency.rank for action in actions.values()
    )
    assert {action.urgency for action in actions.values()} == set(Urgency)


def test_the_compiled_corpus_is_that_of_its_sources():
    assert FILE.read_bytes() == encode_index(compile_all()), "run tools/compile_corpus.py"
