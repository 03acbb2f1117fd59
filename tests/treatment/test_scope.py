"""Who may needle where: the spec table, dates, body areas, and what is old."""

import datetime
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.people import Clinician
from needlepoint.refusal import Refused
from needlepoint.treatment.scope import ACTS, WEAK, load_scope, may
from needlepoint.treatment.types import Verdict

TABLE = Path(__file__).parent.parent / "spec" / "treatment" / "scope.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
TODAY = datetime.date(2026, 11, 20)
STATES = load_scope().states
PROFESSIONS = sorted({rule.profession for rule in load_scope().rule})


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(map(str, case[:5])))
def test_scope_is_as_the_table_says(case):
    profession, state, act, day, credentials, verdict, word = case
    who = Clinician(profession=profession, state=state, credentials=credentials)
    found = may(who, act, datetime.date.fromisoformat(day))
    assert found.verdict.value == verdict
    assert word in found.because


@pytest.mark.parametrize(
    ("profession", "area", "verdict"),
    [
        ("dentist", "head_face", Verdict.MET),
        ("dentist", "hip_thigh", Verdict.NOT_KNOWN),
        ("podiatrist", "leg_foot", Verdict.MET),
        ("podiatrist", "neck_shoulder", Verdict.NOT_KNOWN),
    ],
)
def test_some_professions_keep_to_a_part_of_the_body(profession, area, verdict):
    assert may(Clinician(profession=profession, state="TX"), "injection", TODAY, [area]).verdict is verdict


def test_who_and_where_are_asked_when_they_are_not_known():
    assert may(Clinician(), "injection", TODAY).verdict is Verdict.NOT_KNOWN
    assert "state" in may(Clinician(profession="physician"), "injection", TODAY).because


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (Clinician(profession="physiotherapist", state="NY"), "physical_therapist"),
        (Clinician(profession="physician", state="New York"), "two letters"),
    ],
)
def test_unknown_words_are_refused_with_the_nearest(who, said):
    with pytest.raises(Refused, match=said):
        may(who, "injection", TODAY)


def test_an_old_row_says_that_it_is_old():
    who = Clinician(profession="physical_therapist", state="CA")
    assert not may(who, "dry_needling", TODAY).stale
    later = may(who, "dry_needling", datetime.date(2027, 6, 1))
    assert later.stale
    assert "look again" in later.because


@given(
    profession=st.sampled_from(PROFESSIONS),
    state=st.sampled_from(STATES),
    act=st.sampled_from(ACTS),
    day=st.dates(datetime.date(2015, 1, 1), datetime.date(2030, 1, 1)),
)
def test_every_question_has_an_answer_and_no_weak_ground_refuses(profession, state, act, day):
    found = may(Clinician(profession=profession, state=state), act, day)
    assert found.because
    if found.verdict is Verdict.NOT_MET:
        assert found.certainty not in WEAK
        assert found.citations


def test_at_most_one_rule_holds_for_a_state_on_a_day():
    for state in STATES:
        for day in (datetime.date(2015, 1, 1), datetime.date(2023, 1, 1), TODAY):
            for profession in PROFESSIONS:
                for act in ACTS:
                    held = [
                        rule
                        for rule in load_scope().rule
                        if state in rule.states
                        and rule.profession == profession
                        and rule.act == act
                        and rule.holds_on(day)
                    ]
                    assert len(held) <= 1
