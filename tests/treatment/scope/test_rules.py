"""Who may needle where: the spec table, dates, body areas, conflicting readings, outdated rows, and the page."""

import datetime
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.knowledge import Certainty
from needlepoint.base.people import Clinician
from needlepoint.base.refusal import Refused
from needlepoint.treatment.scope.page import scope_page
from needlepoint.treatment.scope.rules import ACTS, EVERYWHERE, load_scope, may, scope_table
from needlepoint.treatment.spanish import name_es
from needlepoint.treatment.types import CheckVerdict
from tests.places import ROOT

CASES = tomllib.loads((ROOT / "tests/spec/treatment/scope.toml").read_text(encoding="utf-8"))["case"]
PAGE = ROOT / "docs/reference/scope.md"
TODAY = datetime.date(2026, 11, 21)
STATES = load_scope().states
PROFESSIONS = load_scope().professions
DAYS = st.dates(datetime.date(2005, 1, 1), datetime.date(2030, 1, 1))
CREDENTIALS = sorted({need for rule in load_scope().rule for need in rule.needs})


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(map(str, case[:5])))
def test_scope_is_as_the_table_says(case):
    profession, state, act, day, credentials, verdict, words = case
    who = Clinician(profession=profession, state=state, credentials=credentials)
    found = may(who, act, datetime.date.fromisoformat(day))
    assert found.verdict.value == verdict
    for word in words:
        assert word in found.because


@pytest.mark.parametrize(
    ("profession", "areas", "verdict"),
    [
        ("dentist", ["head_face"], CheckVerdict.NOT_KNOWN),
        ("dentist", ["hip_thigh"], CheckVerdict.NOT_KNOWN),
        ("dentist", ["head_face", "hip_thigh"], CheckVerdict.NOT_KNOWN),
        ("dentist", [], CheckVerdict.NOT_KNOWN),
        ("podiatrist", ["leg_foot"], CheckVerdict.NOT_KNOWN),
        ("podiatrist", ["neck_shoulder"], CheckVerdict.NOT_KNOWN),
    ],
)
def test_some_professions_keep_to_a_part_of_the_body(profession, areas, verdict):
    assert may(Clinician(profession=profession, state="TX"), "injection", TODAY, areas).verdict is verdict


def test_what_nobody_has_read_neither_allows_nor_refuses():
    inside = may(Clinician(profession="dentist", state="TX"), "injection", TODAY, ["head_face"])
    outside = may(Clinician(profession="dentist", state="TX"), "injection", TODAY, ["hip_thigh"])
    assert "probably allowed" in inside.because
    assert "probably not allowed" in outside.because


def test_a_seen_rule_refuses_what_lies_outside_its_part_of_the_body():
    who = Clinician(profession="dentist", state="NY", credentials=["acupuncture_certificate"])
    assert may(who, "dry_needling", TODAY, ["head_face"]).verdict is CheckVerdict.MET
    outside = may(who, "dry_needling", TODAY, ["trunk"])
    assert outside.verdict is CheckVerdict.NOT_MET
    assert "outside head face" in outside.because


def test_who_and_where_are_asked_when_they_are_not_known():
    assert may(Clinician(), "injection", TODAY).verdict is CheckVerdict.NOT_KNOWN
    found = may(Clinician(profession="physician"), "injection", TODAY)
    assert found.verdict is CheckVerdict.NOT_KNOWN
    assert "In which state" in found.needs[0]


@pytest.mark.parametrize(
    ("who", "act", "said"),
    [
        (Clinician(profession="physical_terapist", state="NY"), "injection", "'physical_therapist'"),
        (Clinician(profession="physician", state="New York"), "injection", "two letters"),
        (Clinician(profession="acupunturist"), "injection", "'acupuncturist'"),
        (Clinician(profession="physician", state="NY"), "dry_needle", "'dry_needling'"),
    ],
)
def test_unknown_words_are_refused_with_the_nearest(who, act, said):
    with pytest.raises(Refused, match=said):
        may(who, act, TODAY)


def test_every_unknown_word_is_named_at_once():
    with pytest.raises(Refused) as refused:
        may(Clinician(profession="surgeon", state="ZZ"), "massage", TODAY)
    assert [fault.where for fault in refused.value.faults] == [
        "act",
        "clinician.profession",
        "clinician.state",
    ]


def test_an_old_row_says_that_it_is_old():
    who = Clinician(profession="physical_therapist", state="CA")
    assert not may(who, "dry_needling", datetime.date(2027, 1, 31)).stale
    later = may(who, "dry_needling", datetime.date(2027, 2, 1))
    assert later.stale
    assert "look again" in later.because
    assert later.verdict is CheckVerdict.NOT_MET


def test_in_new_york_the_better_checked_reading_decides_and_the_other_is_told():
    certified = Clinician(profession="physician", state="NY", credentials=["acupuncture_certificate"])
    bare = may(Clinician(profession="physician", state="NY"), "dry_needling", TODAY)
    assert bare.needs == ("acupuncture_certificate",)
    assert bare.certainty is Certainty.SEEN
    assert "Another reading, of the request" in bare.because
    assert "Another reading" not in may(certified, "dry_needling", TODAY).because


@given(
    profession=st.sampled_from(PROFESSIONS),
    state=st.sampled_from(STATES),
    act=st.sampled_from(ACTS),
    day=DAYS,
)
def test_every_question_has_an_answer_and_no_weak_ground_refuses(profession, state, act, day):
    found = may(Clinician(profession=profession, state=state), act, day)
    assert found.because
    if found.verdict is CheckVerdict.NOT_MET:
        assert found.certainty is Certainty.SEEN
        assert found.citations
    if found.verdict is CheckVerdict.NOT_KNOWN:
        assert found.needs


@given(
    profession=st.sampled_from(PROFESSIONS),
    state=st.sampled_from(STATES),
    act=st.sampled_from(ACTS),
    day=DAYS,
    held=st.lists(st.sampled_from(CREDENTIALS), unique=True),
    more=st.sampled_from(CREDENTIALS),
)
def test_one_more_credential_never_takes_a_permission_away(profession, state, act, day, held, more):
    before = may(Clinician(profession=profession, state=state, credentials=held), act, day)
    after = may(Clinician(profession=profession, state=state, credentials=[*held, more]), act, day)
    if before.verdict is CheckVerdict.MET:
        assert after.verdict is CheckVerdict.MET


def test_where_two_rows_hold_at_once_each_says_who_reads_it_so():
    edges = {rule.from_ for rule in load_scope().rule} | {rule.to for rule in load_scope().rule if rule.to}
    for day in sorted(edges):
        rules = scope_table(day)
        for rule in rules:
            clash = [
                other
                for other in rules
                if other is not rule
                and (other.profession, other.act) == (rule.profession, rule.act)
                and set(other.states) & set(rule.states)
            ]
            assert not clash or rule.reading, f"{rule.id} and {clash[0].id} both hold on {day}"


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_answered_for_dry_needling_by_each_profession_that_does_it(state):
    asked = ("physical_therapist", "acupuncturist", "physician", "chiropractor")
    for profession in (*asked, "physician_assistant", "nurse_practitioner"):
        found = may(Clinician(profession=profession, state=state), "dry_needling", TODAY)
        assert found.rule is not None
        assert found.citations


def test_a_row_of_a_state_ends_the_day_before_the_next_begins():
    ids = ("pt_dry_fl_before", "pt_dry_fl_between", "pt_dry_fl")
    before, between, now = (next(rule for rule in load_scope().rule if rule.id == id_) for id_ in ids)
    day = datetime.timedelta(days=1)
    assert before.to + day == between.from_
    assert between.to + day == now.from_


def test_the_table_holds_what_is_in_force_and_nothing_else():
    held = {rule.id for rule in scope_table(datetime.date(2024, 6, 21))}
    assert "pt_dry_wa_before" in held
    assert "pt_dry_wa" not in held
    assert any(rule.states == [EVERYWHERE] for rule in scope_table(TODAY))


def test_the_reference_page_is_written_from_the_rows():
    assert PAGE.read_text(encoding="utf-8") == scope_page(TODAY)


@pytest.mark.parametrize(
    ("state", "credential", "drugs", "verdict"),
    [
        ("WA", "point_injection_training", ("procaine",), CheckVerdict.MET),
        ("WA", "point_injection_training", ("lidocaine", "steroid"), CheckVerdict.NOT_MET),
        ("WA", "point_injection_training", ("mepivacaine",), CheckVerdict.NOT_KNOWN),
        ("WA", "point_injection_training", ("lidocaine", "epinephrine"), CheckVerdict.NOT_KNOWN),
        ("CO", "point_injection_training", ("lidocaine",), CheckVerdict.MET),
        ("CO", "point_injection_training", ("lidocaine", "steroid"), CheckVerdict.NOT_KNOWN),
        ("NM", "expanded_practice_injection", ("procaine",), CheckVerdict.MET),
        ("NM", "expanded_practice_injection", ("lidocaine",), CheckVerdict.NOT_KNOWN),
    ],
)
def test_a_state_limits_what_a_profession_injects(state, credential, drugs, verdict):
    clinician = Clinician(profession="acupuncturist", state=state, credentials=[credential])
    found = may(clinician, "injection", datetime.date(2026, 11, 20), ["hip_thigh"], drugs)
    assert found.verdict is verdict
    assert all(drug in found.because for drug in drugs[-1:]) or verdict is CheckVerdict.MET


OFFICIAL = re.compile(r"“([^”]*)”")


def test_every_law_is_given_in_spanish_with_its_official_name_unchanged():
    """What stands in quotes is in the English text or in its parts; the rest is Spanish."""
    for rule in load_scope().rule:
        rest = set(re.findall(r"[a-z]+", OFFICIAL.sub("", rule.law_es).lower()))
        assert rule.law_es != rule.law, rule.id
        assert not rest & {"the", "of", "and", "law", "act", "board", "rule", "hours", "license", "not"}, (
            rule.id
        )
        assert all(name in rule.law for name in OFFICIAL.findall(rule.law_es)), rule.id


def test_what_is_lacking_is_named_in_spanish():
    for rule in load_scope().rule:
        for need in rule.needs:
            assert name_es(need) != need.replace("_", " "), need
