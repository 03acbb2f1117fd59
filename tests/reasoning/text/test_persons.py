"""Whose symptoms they are: a relative who is ill now raises a warning; a pet, or a past illness, does not."""

import tomllib
from itertools import product

import pytest

from needlepoint.reasoning.red_flags.check import screen_text
from needlepoint.reasoning.words.read import read_text
from tests.places import SPEC

TABLE = SPEC / "reasoning" / "persons.toml"
PERSONS = tomllib.loads(TABLE.read_text(encoding="utf-8"))
NOW = [
    (language, f"{who} {tells}")
    for language, table in PERSONS["now"].items()
    for who, tells in product(table["who"], table["tells"])
]


def warned(text, language=None):
    return [flag.id for flag in screen_text(text, language) if flag.action.warns_patient]


@pytest.mark.parametrize(("language", "text"), NOW)
def test_a_relative_who_is_ill_now_warns(language, text):
    assert warned(text, language)


@pytest.mark.parametrize("text", PERSONS["other"]["quiet"])
def test_a_relative_who_was_ill_once_and_a_pet_do_not_warn(text):
    assert warned(text) == []


@pytest.mark.parametrize(("text", "region"), PERSONS["other"]["own_pain"])
def test_the_pain_of_who_writes_is_read_beside_another_person(text, region):
    found = {
        id_
        for mention in read_text(text).regions
        if mention.painful and not mention.negated
        for id_ in mention.ids("unknown")
    }
    assert region in found
