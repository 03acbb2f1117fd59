"""How far a denial reaches: words before a complaint do not deny it, and a list of denied signs stays denied."""

import tomllib

import pytest

from needlepoint.reasoning.red_flags.actions import Urgency
from needlepoint.reasoning.red_flags.check import places_in, screen_text
from tests.places import SPEC

TABLE = tomllib.loads((SPEC / "reasoning" / "denial_reach.toml").read_text(encoding="utf-8"))
PAIRS = [(language, text) for language in ("en", "es") for text in TABLE[language]["complaints"]]


def worst(text):
    return min((flag.urgency.rank for flag in screen_text(text)), default=len(Urgency))


@pytest.mark.parametrize(("language", "text"), PAIRS)
def test_a_harmless_prefix_changes_nothing(language, text):
    places, urgency = places_in(text, None), worst(text)
    changed = [
        before
        for before in TABLE[language]["prefixes"]
        if worst(before + text) > urgency or not places <= places_in(before + text, None)
    ]
    assert changed == []


@pytest.mark.parametrize(("flag", "text"), TABLE["kept"]["raises"])
def test_a_denial_inside_a_complaint_ends_where_its_own_words_end(flag, text):
    assert flag in {found.id for found in screen_text(text)}


@pytest.mark.parametrize(("text", "region"), TABLE["kept"]["places"])
def test_what_keeps_from_sleeping_still_hurts(text, region):
    assert region in places_in(text, None)


@pytest.mark.parametrize("text", TABLE["denied"]["quiet"])
def test_a_list_of_denied_signs_stays_denied(text):
    assert [flag.id for flag in screen_text(text) if flag.action.warns_patient] == []


@pytest.mark.parametrize(("text", "region"), TABLE["denied"]["places"])
def test_a_denied_place_does_not_hurt(text, region):
    assert region not in places_in(text, None)
