"""Determinations: rule by rule, three values, and what would turn them. Situations as they come up in a clinic."""

import datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.knowledge import Certainty
from needlepoint.base.refusal import Refused
from needlepoint.coverage import CoverageFacts, determine
from needlepoint.coverage.check import read_own
from needlepoint.coverage.load import load_contractors, load_policies
from needlepoint.coverage.types import CoverageVerdict, Earlier

DAY = datetime.date(2026, 5, 4)
NOTE = ["muscles", "drug_amount", "pain_before", "pain_after", "signature"]
READ = [*NOTE, "plan_criteria_checked"]
GOOD = CoverageFacts(
    on=DAY,
    payer="medicare",
    state="NY",
    diagnoses=["M79.18"],
    signs=3,
    places=[("trapezius", "left")],
    regions=1,
    pain_weeks=Decimal(20),
    care_weeks=Decimal(8),
    care_failed=True,
    movement_limited=True,
    diagnostic=False,
    in_program=True,
    other_block=False,
    specific_cause=False,
    codes=["20552", "J2003"],
    drug_on_claim=True,
    documented=NOTE,
    earlier=[],
)


def session(days_ago, **more):
    told = {"relief_percent": 70, "relief_weeks": Decimal(7), "function_improved": True, "same_scale": True}
    return Earlier(
        on=DAY - datetime.timedelta(days=days_ago), places=[("trapezius", "left")], **{**told, **more}
    )


def changed(**fields):
    return msgspec.structs.replace(GOOD, **fields)


def failing(facts):
    return [row.rule for row in determine(facts).rules if row.verdict is CoverageVerdict.NOT_COVERED]


def test_a_complete_first_session_is_covered_with_contractor_and_policy_named():
    found = determine(GOOD)
    assert found.verdict is CoverageVerdict.COVERED
    assert (found.lcd, found.contractor) == ("L39662", "NGS J6 and JK")
    assert found.turn == ()
    assert all(row.citations for row in found.rules)


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (changed(earlier=[session(300), session(200), session(100)]), ["FREQ-1"]),
        (changed(earlier=[session(366), session(200), session(100)]), []),
        (changed(earlier=[session(60, relief_percent=30)]), ["REP-1"]),
        (changed(earlier=[session(60, relief_weeks=Decimal(5))]), ["REP-2"]),
        (changed(earlier=[session(60, function_improved=False)]), ["REP-3"]),
        (changed(earlier=[session(60, same_scale=False)]), ["REP-5"]),
        (changed(earlier=[session(41)]), ["REP-4"]),
        (changed(earlier=[session(42)]), []),
        (changed(diagnoses=["M79.7"]), ["DX-1"]),
        (changed(diagnoses=["M54.2"]), ["DX-1"]),
        (changed(diagnoses=["M54.2", "M79.12"]), []),
        (changed(care_failed=False, movement_limited=False), ["INIT-4"]),
        (changed(signs=1), ["INIT-2"]),
        (changed(in_program=False), ["CONS-1"]),
        (changed(regions=2), ["REG-1"]),
        (changed(other_block=True), ["SAME-1"]),
        (changed(drug_on_claim=False), ["DRUG-2"]),
        (changed(documented=NOTE[:-1]), ["DOC-1"]),
    ],
)
def test_what_the_policies_of_2024_ask(facts, rules):
    found = determine(facts)
    assert failing(facts) == rules
    assert (found.verdict is CoverageVerdict.NOT_COVERED) == bool(rules)
    if rules:
        assert found.turn
        assert "ABN" in found.notice
        assert rules[0] in found.because


def test_what_nobody_entered_is_not_known_and_asked_for():
    found = determine(CoverageFacts(on=DAY, payer="medicare", state="NY"))
    assert found.verdict is CoverageVerdict.NOT_KNOWN
    assert found.notice is None
    assert any("Enter the diagnosis codes." in line for line in found.turn)
    assert failing(CoverageFacts(on=DAY, payer="medicare", state="NY")) == []


def test_the_state_chooses_the_contractor():
    assert determine(changed(state="CA")).lcd == "L34211"
    assert determine(changed(state="TX")).lcd == "L35010"
    assert determine(changed(state="FL")).lcd == "L33912"
    before = determine(changed(on=datetime.date(2023, 5, 4), state="CA"))
    assert before.verdict is CoverageVerdict.NOT_KNOWN
    assert (before.lcd, before.policy) == ("L34211", "medicare_before_2024")


def test_a_number_that_no_policy_was_read_to_name_never_refuses():
    texas = changed(state="TX", documented=READ, earlier=[session(d) for d in (300, 200, 100, 50)])
    assert determine(texas).verdict is CoverageVerdict.NOT_KNOWN
    assert failing(texas) == []


def test_dry_needling_on_medicare_is_for_chronic_low_back_pain_only():
    back = changed(act="dry_needling", diagnoses=["M54.59"], profession="physician", state_allows=True)
    assert determine(back).verdict is CoverageVerdict.COVERED
    neck = determine(changed(act="dry_needling", diagnoses=["M54.2"]))
    assert neck.verdict is CoverageVerdict.NOT_COVERED
    assert determine(changed(act="dry_needling", diagnoses=["M54.59"], pain_weeks=Decimal(8))).notice
    assert determine(changed(act="dry_needling", payer="aetna")).verdict is CoverageVerdict.NOT_KNOWN


@pytest.mark.parametrize(
    ("payer", "facts", "verdict"),
    [
        ("aetna", {}, CoverageVerdict.NOT_KNOWN),
        ("aetna", {"documented": READ}, CoverageVerdict.COVERED),
        (
            "aetna",
            {"earlier": [session(d) for d in (40, 30, 20, 10)], "documented": READ},
            CoverageVerdict.NOT_KNOWN,
        ),
        ("aetna", {"pain_weeks": Decimal(12)}, CoverageVerdict.NOT_COVERED),
        ("evicore", {"earlier": [session(59)]}, CoverageVerdict.NOT_COVERED),
        ("evicore", {"earlier": [session(60)], "documented": READ}, CoverageVerdict.COVERED),
        ("triple_s", {"diagnoses": ["M79.7"]}, CoverageVerdict.NOT_COVERED),
        ("triple_s", {"care_weeks": Decimal(5)}, CoverageVerdict.NOT_COVERED),
        ("emblemhealth", {"earlier": [session(d) for d in (80, 50, 20)]}, CoverageVerdict.NOT_COVERED),
        (
            "emblemhealth",
            {"earlier": [session(d) for d in (100, 50, 20)], "documented": READ},
            CoverageVerdict.COVERED,
        ),
        ("wa_lni", {"earlier": [session(d) for d in (900, 500, 20)]}, CoverageVerdict.NOT_COVERED),
        ("bcbs_al_fl", {"codes": ["20552", "77002"], "documented": READ}, CoverageVerdict.COVERED),
    ],
)
def test_other_payers(payer, facts, verdict):
    found = determine(changed(payer=payer, **facts))
    assert found.verdict is verdict
    assert found.notice is None


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (changed(payer="medicair"), "medicare"),
        (changed(state=None), "the state"),
        (changed(state="ZZ"), "two letters"),
    ],
)
def test_unknown_payers_and_places_are_refused(facts, said):
    with pytest.raises(Refused, match=said):
        determine(facts)


FLAGS = ["care_failed", "movement_limited", "diagnostic", "in_program"]


@given(
    start=st.fixed_dictionaries({name: st.sampled_from([None, False, True]) for name in FLAGS}),
    signs=st.none() | st.integers(0, 4),
    better=st.sampled_from([*FLAGS, "signs"]),
    payer=st.sampled_from(["medicare", "aetna", "triple_s", "evicore", "bcbs_al_fl"]),
)
def test_a_met_criterion_more_never_turns_covered_into_not_covered(start, signs, better, payer):
    order = [CoverageVerdict.NOT_COVERED, CoverageVerdict.NOT_KNOWN, CoverageVerdict.COVERED]
    # The goals stand in the note: lost movement alone would otherwise ask for them (REP-6).
    facts = changed(payer=payer, signs=signs, documented=[*NOTE, "functional_goals"], **start)
    improved = msgspec.structs.replace(facts, **{better: 4 if better == "signs" else True})
    assert order.index(determine(improved).verdict) >= order.index(determine(facts).verdict)


@given(st.text(max_size=5), st.integers(0, 400))
def test_what_no_rule_asks_changes_nothing(code, days):
    plain = determine(GOOD)
    more = determine(changed(codes=[*GOOD.codes, f"X{code}"], care_weeks=Decimal(days)))
    assert more.verdict is plain.verdict


def test_a_practice_drops_a_payer_into_its_folder(tmp_path):
    (tmp_path / "mine.toml").write_text(
        '[[policy]]\nid = "mine"\npayer = "my_plan"\ntitle = "My plan"\nact = "injection"\nfrom = 2025-01-01\n'
        '[[policy.rule]]\nid = "A"\nen = "two signs"\nneed = { signs_from = 2 }\ncertainty = "seen"\n'
        'source = ["letter of 2025-03-01"]\n'
    )
    own = read_own(tmp_path)
    assert determine(changed(payer="my_plan"), own).verdict is CoverageVerdict.COVERED
    assert determine(changed(payer="my_plan", signs=1), own).verdict is CoverageVerdict.NOT_COVERED
    (tmp_path / "bad.toml").write_text(
        '[[policy]]\nid = "bad"\npayer = "x"\ntitle = "t"\nact = "injection"\n'
    )
    with pytest.raises(Refused, match=r"bad\.toml, policy bad.*from"):
        read_own(tmp_path)


def test_every_rule_of_ours_has_a_source_and_every_state_one_contractor_a_day():
    for policy in load_policies():
        assert all(rule.source for rule in policy.rule)
    for day in (DAY, datetime.date(2020, 5, 4)):
        held = [row for row in load_contractors() if row.holds_on(day) and not row.counties]
        states = [state for row in held for state in row.states]
        assert len(states) == len(set(states))
    weak = [
        rule for policy in load_policies() for rule in policy.rule if rule.certainty is Certainty.UNVERIFIED
    ]
    assert weak


# Rules on one code decide that code alone (L39662 and its family; Aetna CPB 0016; Cigna 0139; BCBS MP-739).


@pytest.mark.parametrize("payer", ["medicare", "aetna", "bcbs_al_fl"])
def test_guidance_that_is_not_covered_leaves_the_injection_covered(payer):
    found = determine(changed(payer=payer, codes=["20553", "76942", "J2003", "99213"], documented=READ))
    assert found.verdict is CoverageVerdict.COVERED
    assert {line.code: line.verdict for line in found.lines} == {
        "20553": CoverageVerdict.COVERED,
        "76942": CoverageVerdict.NOT_COVERED,
        "J2003": CoverageVerdict.COVERED,
        "99213": None,
    }
    assert found.not_covered == ("76942",)
    assert "76942" in found.because
    assert (found.notice is not None) == (payer == "medicare")


def test_where_the_injection_is_not_covered_its_drug_and_guidance_are_not_either():
    found = determine(changed(codes=["20553", "76942", "J2003"], signs=0))
    assert found.not_covered == ("20553", "76942", "J2003")


# NCD 30.3.3 (CMS MCD NCD 373): who may furnish, state law, 12 visits, 8 more when improving, 20 a year; CR 11755: KX.

BACK = changed(
    act="dry_needling",
    diagnoses=["M79.18", "M54.59"],
    pointed=["M79.18", "M54.59"],
    profession="physician",
    state_allows=True,
    codes=["20560"],
)
DEGREE = ["acupuncture_degree", "acupuncture_license"]


def dry(**fields):
    return determine(msgspec.structs.replace(BACK, **fields))


@pytest.mark.parametrize(
    ("profession", "credentials", "verdict"),
    [
        ("physician", [], CoverageVerdict.COVERED),
        ("nurse_practitioner", [], CoverageVerdict.NOT_KNOWN),
        ("nurse_practitioner", ["acupuncture_degree"], CoverageVerdict.NOT_KNOWN),
        ("nurse_practitioner", DEGREE, CoverageVerdict.COVERED),
        ("physician_assistant", DEGREE, CoverageVerdict.COVERED),
        ("clinical_nurse_specialist", DEGREE, CoverageVerdict.COVERED),
        ("physical_therapist", DEGREE, CoverageVerdict.NOT_COVERED),
        ("chiropractor", [], CoverageVerdict.NOT_COVERED),
        ("acupuncturist", DEGREE, CoverageVerdict.NOT_KNOWN),
        ("acupuncturist", [*DEGREE, "supervised_incident_to"], CoverageVerdict.COVERED),
        (None, [], CoverageVerdict.NOT_KNOWN),
    ],
)
def test_who_may_furnish_dry_needling_for_medicare(profession, credentials, verdict):
    assert dry(profession=profession, credentials=credentials).verdict is verdict


@pytest.mark.parametrize(
    ("allows", "verdict"),
    [
        (True, CoverageVerdict.COVERED),
        (False, CoverageVerdict.NOT_COVERED),
        (None, CoverageVerdict.NOT_KNOWN),
    ],
)
def test_the_state_must_allow_it(allows, verdict):
    assert dry(state_allows=allows).verdict is verdict


@pytest.mark.parametrize(
    ("before", "improving", "verdict", "kx"),
    [
        (0, None, CoverageVerdict.COVERED, False),
        (11, None, CoverageVerdict.COVERED, False),
        (11, True, CoverageVerdict.COVERED, False),
        (12, None, CoverageVerdict.NOT_KNOWN, False),
        (12, True, CoverageVerdict.COVERED, True),
        (12, False, CoverageVerdict.NOT_COVERED, False),
        (5, False, CoverageVerdict.NOT_COVERED, False),
        (19, True, CoverageVerdict.COVERED, True),
        (20, True, CoverageVerdict.NOT_COVERED, True),
    ],
)
def test_twelve_visits_then_eight_more_for_who_improves_with_kx(before, improving, verdict, kx):
    earlier = [session(3 * n + 1) for n in range(before)]
    found = dry(earlier=earlier, improving=improving)
    assert found.verdict is verdict
    assert [row.modifier for row in found.modifiers] == (["KX"] if kx else [])


def test_a_diagnosis_that_the_line_does_not_point_at_does_not_count():
    found = dry(pointed=["M79.18"])
    assert found.verdict is CoverageVerdict.NOT_COVERED
    assert "the line does not point at M54.59" in found.because


# By place, by region, by act, by year: what counts as an earlier session.


def low_back(days_ago):
    return msgspec.structs.replace(session(days_ago), places=[("quadratus_lumborum", "left")])


def test_a_cap_for_each_region_or_place_counts_no_other():
    """eviCore CMM-202: 4 for each body region a year; EmblemHealth: 3 in 90 days at the same site."""
    backs = [low_back(d) for d in (300, 240, 180, 120)]
    first_neck = changed(payer="evicore", documented=READ, earlier=backs)
    assert determine(first_neck).verdict is CoverageVerdict.COVERED
    fifth = msgspec.structs.replace(first_neck, places=[("gluteus_medius", "left")])
    assert failing(fifth) == []  # the hip is another region of the atlas
    again = msgspec.structs.replace(first_neck, places=[("quadratus_lumborum", "right")])
    assert failing(again) == ["INTERVAL"]
    emblem = changed(payer="emblemhealth", documented=READ, earlier=[low_back(d) for d in (80, 50, 20)])
    assert determine(emblem).verdict is CoverageVerdict.COVERED


def test_dry_needling_does_not_count_as_an_injection_nor_the_other_way():
    dry_before = [msgspec.structs.replace(session(d), act="dry_needling") for d in (300, 200, 100)]
    assert failing(changed(earlier=dry_before)) == []
    wet_before = [msgspec.structs.replace(session(d), act="injection") for d in range(1, 31)]
    assert dry(earlier=wet_before).verdict is CoverageVerdict.COVERED


def test_the_year_of_the_ncd_begins_with_the_month_of_its_first_visit():
    """CR 11755: a first visit on 21 March 2020 lets the next year begin on 1 March 2021."""

    def visits(first, count, on):
        days = [first + datetime.timedelta(days=n) for n in range(count)]
        return dry(on=on, earlier=[Earlier(on=day) for day in days], improving=True)

    march = datetime.date(2020, 3, 21)
    assert visits(march, 20, datetime.date(2021, 2, 28)).verdict is CoverageVerdict.NOT_COVERED
    fresh = visits(march, 20, datetime.date(2021, 3, 1))
    assert fresh.verdict is CoverageVerdict.COVERED
    assert fresh.modifiers == ()


# Contractors: territories, and Virginia, which is split (CMS, Who are the MACs).


@pytest.mark.parametrize(
    ("state", "county", "lcd"),
    [
        ("GU", None, "L34211"),
        ("AS", None, "L34211"),
        ("MP", None, "L34211"),
        ("PR", None, "L33912"),
        ("VI", None, "L33912"),
        ("VA", "Arlington", "L35010"),
        ("VA", "fairfax county", "L35010"),
        ("VA", "City of Alexandria", "L35010"),
        ("VA", "Falls Church", "L35010"),
        ("VA", "Richmond city", "L39671"),
        ("VA", "Loudoun County", "L39671"),
        ("MD", "Montgomery", "L35010"),
        ("VA", None, None),
    ],
)
def test_contractors_of_territories_and_of_a_split_state(state, county, lcd):
    found = determine(changed(state=state, county=county))
    assert found.lcd == lcd
    if lcd is None:
        assert found.verdict is CoverageVerdict.NOT_KNOWN
        assert "split" in found.because
        assert "county" in found.turn[0]


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (changed(signs=2, nodule=False), ["INIT-3"]),
        (changed(diagnostic=True, care_failed=False, movement_limited=False), []),
        (
            changed(diagnostic=True, care_failed=False, movement_limited=False, earlier=[session(60)]),
            ["INIT-5"],
        ),
        (changed(care_failed=False), ["REP-6"]),
        (changed(care_failed=False, documented=[*NOTE, "functional_goals"]), []),
        (changed(codes=["20552", "0232T"]), ["DRUG-1"]),
        (changed(codes=["20552", "J3490"]), ["DRUG-3"]),
        (changed(codes=["20552", "20560"]), ["EXC-1"]),
        (changed(routine=True, earlier=[session(60)]), ["EXC-2"]),
        (changed(signs=0, nodule=False), ["INIT-2", "INIT-3", "EXC-3"]),
        (changed(state_allows=False), ["PROV-1"]),
        (changed(state="AZ", earlier=[session(60, function_percent=40)]), ["REP-3"]),
        (changed(state="AZ", earlier=[session(60, function_percent=50)]), []),
    ],
)
def test_the_rest_of_the_policies_of_2024(facts, rules):
    assert failing(facts) == rules


def test_first_coast_and_novitas_ask_what_was_not_read():
    for state in ("FL", "TX"):
        assert determine(changed(state=state)).verdict is CoverageVerdict.NOT_KNOWN
        assert determine(changed(state=state, documented=READ)).verdict is CoverageVerdict.COVERED
    weekly = changed(state="FL", documented=READ, earlier=[session(7, relief_percent=0)])
    assert determine(weekly).verdict is CoverageVerdict.NOT_KNOWN
