"""Causes that are not muscle compete with the muscles, must be ruled out first, and are asked about."""

import tomllib

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.reasoning.causes.rows import load_causes, read_causes
from needlepoint.reasoning.reason import reason
from tests.places import SPEC

TABLE = SPEC / "reasoning" / "other_causes.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["cause"])
def test_the_cause_leads_and_says_why(case):
    found = reason({"pain_text": case["text"], "age_years": case.get("age")}).differential.other_causes[0]
    assert found.id == case["cause"]
    assert found.probability >= case["at_least"]
    assert found.for_
    assert found.test
    assert found.citations


def test_a_muscle_stays_ahead_where_nothing_speaks_for_another_cause():
    found = reason({"regions": ["right_neck_back", "right_scapula_upper"]}).differential
    assert found.ranked[0].probability > found.other_causes[0].probability if found.other_causes else True


def test_no_answer_is_needed_to_ask_and_an_answer_moves_the_ranking():
    case = {"pain_text": "my lower back hurts", "age_years": 55}
    first = reason(case)
    asked = first.ask[0]
    assert asked.text_en.endswith("?")
    assert asked.text_es.startswith("¿")
    assert len(first.ask) <= 2
    yes = reason(case | {"answers": {asked.id: "yes"}})
    assert asked.id not in [question.id for question in yes.ask]
    assert f"yes_{asked.id}" in [item.id for item in yes.rule_out]
    no = reason(case | {"answers": {asked.id: "no"}})
    assert asked.id not in [question.id for question in no.ask]
    assert reason(case | {"answers": {asked.id: "not_known"}}).ask[0].id == asked.id


def test_a_question_that_was_not_asked_or_an_odd_answer_is_refused():
    for answers in ({"nonsense": "yes"}, {"heart": "perhaps"}, ["heart"]):
        with pytest.raises(Refused):
            reason({"pain_text": "my lower back hurts", "answers": answers})


def test_age_moves_a_cause():
    case = {"regions": ["left_groin"]}
    chance = {age: reason(case | {"age_years": age}).differential.chances["hip_oa"] for age in (25, 50, 70)}
    assert chance[25] < chance[50] <= chance[70]


def test_what_must_be_ruled_out_comes_with_an_action():
    found = reason({"pain_text": "my right shoulder hurts, face droops and I cannot speak properly"})
    assert found.rule_out[0].id == "stroke"
    assert found.rule_out[0].action.phone == "911"


def test_the_compiled_causes_are_those_of_their_sources():
    assert load_causes() == read_causes(), "run tools/compile_corpus.py"
