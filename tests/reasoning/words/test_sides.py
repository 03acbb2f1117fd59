"""The side that hurts is the side that was said to hurt."""

import tomllib

import pytest

from needlepoint.reasoning.words.read import read_text
from tests.places import SPEC

TABLE = SPEC / "reasoning" / "sides.toml"
SIDES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["sides"]


@pytest.mark.parametrize(("text", "painful", "not_painful"), SIDES)
def test_the_side_that_hurts(text, painful, not_painful):
    found = {
        id_
        for mention in read_text(text).regions
        if mention.painful and not mention.negated
        for id_ in mention.ids("unknown")
    }
    assert set(painful) <= found
    assert not set(not_painful) & found
