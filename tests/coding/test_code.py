"""Sessions to codes: muscles are counted, units round up, and what is not allowed is removed, with the rule."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.knowledge import holding_on
from needlepoint.base.refusal import Refused
from needlepoint.coding import Session, code_session
from needlepoint.coding.load import load_codes
from needlepoint.coding.types import DrugUsed, Entered, OfficeVisit, SessionSite

DAY = datetime.date(2025, 6, 2)
MUSCLES = ["soleus", "gastrocnemius", "trapezius", "masseter", "deltoid", "infraspinatus", "piriformis"]


def sites(*muscles, technique="wet", side="left"):
    return [SessionSite(muscle=muscle, side=side, technique=technique) for muscle in muscles]


def coded(*places, **more):
    return code_session(Session(on=more.pop("on", DAY), sites=list(places), **more))


def procedures(coding):
    return [line.code for line in coding.lines if line.code.startswith("205") or line.code == "76942"]


@pytest.mark.parametrize(
    ("muscles", "technique", "code"),
    [
        (MUSCLES[:1], "wet", "20552"),
        (MUSCLES[:2], "wet", "20552"),
        (MUSCLES[:3], "wet", "20553"),
        (MUSCLES, "wet", "20553"),
        (MUSCLES[:2], "saline", "20552"),
        (MUSCLES[:1], "dry", "20560"),
        (MUSCLES[:2], "dry", "20560"),
        (MUSCLES[:3], "dry", "20561"),
    ],
)
def test_muscles_are_counted(muscles, technique, code):
    coding = coded(*sites(*muscles, technique=technique))
    assert procedures(coding) == [code]
    assert coding.lines[0].units == 1
    assert coding.lines[0].modifiers == ()


@given(st.lists(st.sampled_from(MUSCLES), min_size=1, max_size=7, unique=True), st.data())
def test_another_needle_in_the_same_muscle_changes_nothing(muscles, data):
    places = sites(*muscles)
    again = data.draw(st.sampled_from(places))
    assert procedures(coded(*places)) == procedures(coded(*places, again))


def test_both_sides_of_a_muscle_count_once_and_it_is_said_when_that_matters():
    both = [*sites("soleus", "gastrocnemius"), *sites("soleus", side="right")]
    coding = coded(*both)
    assert procedures(coding) == ["20552"]
    assert "20553" in coding.notices[0]
    assert coded(*sites("soleus"), *sites("soleus", side="right")).notices == ()


def test_an_injected_muscle_is_not_needled_dry_as_well():
    coding = coded(*sites("soleus"), *sites("soleus", "deltoid", technique="dry"))
    assert procedures(coding) == ["20552", "20560"]
    assert coding.dropped[0].rule == "one_act"


def test_guidance_only_with_its_picture():
    assert procedures(coded(*sites("soleus"), ultrasound=True, picture="IMG-1")) == ["20552", "76942"]
    without = coded(*sites("soleus"), ultrasound=True)
    assert procedures(without) == ["20552"]
    assert without.dropped[0].rule == "picture"


@pytest.mark.parametrize(
    ("drug", "mg", "code", "units"),
    [
        ("lidocaine", "30", "J2003", 30),
        ("lidocaine", "2.5", "J2003", 3),
        ("bupivacaine", "5", "J0665", 10),
        ("triamcinolone", "40", "J3301", 4),
        ("triamcinolone", "41", "J3301", 5),
        ("betamethasone", "7", "J0702", 2),
    ],
)
def test_drug_units_round_up(drug, mg, code, units):
    coding = coded(*sites("soleus"), drugs=[DrugUsed(drug=drug, given_mg=Decimal(mg))])
    line = next(line for line in coding.lines if line.code == code)
    assert line.units == units


@given(st.decimals("0.01", "500", places=2))
def test_units_cover_the_dose_and_no_more(mg):
    for row in holding_on(load_codes().drug, DAY):
        if row.unit_ml:  # it counts in mL
            continue
        used = DrugUsed(drug=row.drug, given_mg=mg, with_epinephrine=row.epinephrine, single_dose=False)
        line = next(line for line in coded(*sites("soleus"), drugs=[used]).lines if line.code == row.code)
        assert line.units * row.unit_mg >= mg > (line.units - 1) * row.unit_mg


def test_waste_of_a_drug_that_is_paid_apart():
    def lines(**more):
        used = DrugUsed(drug="methylprednisolone", given_mg=Decimal(20), **more)
        return [(line.units, line.modifiers) for line in coded(*sites("soleus"), drugs=[used]).lines[1:]]

    assert lines(single_dose=True, wasted_mg=Decimal(20)) == [(20, ()), (20, ("JW",))]
    assert lines(single_dose=True) == [(20, ("JZ",))]
    assert lines(single_dose=True, wasted_mg=Decimal("0.5")) == [(20, ("JZ",))]
    assert lines(single_dose=False, wasted_mg=Decimal(20)) == [(20, ())]
    assert lines() == [(20, ())]


def test_a_visit_only_with_work_of_its_own():
    visit = OfficeVisit("99213", "new knee pain examined, radiograph ordered")
    coding = coded(*sites("soleus"), visit=visit)
    assert (coding.lines[0].code, coding.lines[0].modifiers) == ("99213", ("25",))
    bare = coded(*sites("soleus"), visit=OfficeVisit("99213"))
    assert [line.code for line in bare.lines] == ["20552"]
    assert bare.dropped[0].rule == "own_work"


def test_each_procedure_points_at_the_diagnosis_of_its_muscles():
    coding = coded(*sites("masseter", "trapezius", "soleus"))
    assert {row.code for row in coding.diagnoses} == {"M79.11", "M79.12", "M79.18"}
    assert coding.lines[0].pointers == (1, 2, 3)
    calf = coded(*sites("soleus"), *sites("masseter", technique="dry"))
    number = {row.code: n for n, row in enumerate(calf.diagnoses, 1)}
    assert calf.lines[0].pointers == (number["M79.18"],)
    assert calf.lines[1].pointers == (number["M79.11"],)


def test_a_day_beyond_the_files_that_were_seen_is_said():
    assert not any(row.about.startswith("validity") for row in coded(*sites("soleus")).open)
    assert not any(
        row.about == "validity M79.18" for row in coded(*sites("soleus"), on=datetime.date(2026, 11, 20)).open
    )
    later = coded(*sites("soleus"), on=datetime.date(2027, 11, 20))
    (row,) = [row for row in later.open if row.about == "validity M79.18"]
    assert "Sep 30, 2026" in row.en
    assert row.holds


@pytest.mark.parametrize(
    ("entered", "rule"),
    [
        (Entered("20552", 1, ["50"]), "bilateral"),
        (Entered("20552", 1, ["LT"]), "bilateral"),
        (Entered("01992"), "anesthesia"),
        (Entered("96372"), "injection_fee"),
        (Entered("20553"), "muscles"),
    ],
)
def test_what_is_entered_by_hand_meets_the_same_edits(entered, rule):
    assert [item.rule for item in coded(*sites("soleus"), entered=[entered]).dropped] == [rule]


def test_a_harmless_line_by_hand_passes():
    coding = coded(*sites("soleus"), entered=[Entered("97110", 2)])
    assert coding.dropped == ()
    assert (coding.lines[-1].code, coding.lines[-1].units) == ("97110", 2)


def test_what_the_session_gives_already_is_not_billed_twice():
    coding = coded(*sites("soleus"), entered=[Entered("20552")])
    assert [item.rule for item in coding.dropped] == ["twice"]
    assert procedures(coding) == ["20552"]


@pytest.mark.parametrize(
    ("session", "said"),
    [
        ({"sites": []}, "an empty list"),
        ({"sites": sites("soleous")}, "soleus"),
        ({"sites": sites("soleus", side="up")}, "left, right"),
        ({"sites": sites("soleus", technique="laser")}, "wet, saline, dry"),
        (
            {"sites": sites("soleus"), "drugs": [DrugUsed(drug="lidocaine", given_mg=Decimal(0))]},
            "above 0 mg",
        ),
        ({"sites": sites("soleus"), "visit": OfficeVisit("99999", "x")}, "99213"),
    ],
)
def test_a_session_that_cannot_be_is_refused(session, said):
    with pytest.raises(Refused, match=said):
        code_session(Session(on=DAY, **session))


def test_every_line_has_its_source():
    coding = coded(
        *sites("soleus"),
        ultrasound=True,
        picture="IMG",
        drugs=[DrugUsed(drug="lidocaine", given_mg=Decimal(5))],
    )
    assert all(line.citations and line.because for line in coding.lines)
    assert all(row.citations for row in coding.diagnoses)


def test_betamethasone_counts_one_unit_for_each_ml_of_the_combined_ester():
    """CMS: one unit of J0702 is 3 mg of the acetate and 3 mg of the phosphate, 1 mL of the 6 mg/mL suspension."""

    def units(dose):
        used = DrugUsed(drug="betamethasone", given_mg=Decimal(dose))
        return [line.units for line in coded(*sites("soleus"), drugs=[used]).lines if line.code == "J0702"]

    assert [units(dose) for dose in ("3", "6", "6.1", "12")] == [[1], [1], [2], [2]]


def test_no_dose_is_printed_with_an_exponent():
    used = DrugUsed(drug="triamcinolone", given_mg=Decimal("4E+1"), wasted_mg=Decimal("1E+1"))
    line = coded(*sites("soleus"), drugs=[used]).lines[-1]
    assert line.because.startswith("40 mg at 10 mg a unit")


def test_codes_of_chapter_u_are_codes():
    coding = coded(*sites("soleus"), diagnoses=["U09.9"], on=datetime.date(2025, 11, 3))
    assert "U09.9" in [row.code for row in coding.diagnoses]
    assert coding.dropped == ()


@pytest.mark.parametrize("day", ["2014-05-05", "2016-05-05", "0001-01-01", "9999-12-31"])
def test_a_day_whose_codes_are_not_held_is_refused(day):
    with pytest.raises(Refused, match=r"session\.on"):
        coded(*sites("soleus"), on=datetime.date.fromisoformat(day))


def test_a_code_does_not_stand_before_its_first_day():
    coding = coded(*sites("soleus", technique="dry"), on=datetime.date(2019, 12, 31))
    assert coding.lines == ()
    assert [(row.what, row.rule) for row in coding.dropped] == [("20560", "first_day")]


@pytest.mark.parametrize(
    ("drug", "dose", "code"),
    [
        ("triamcinolone", "40", "J3301"),
        ("dexamethasone", "4", "J1100"),
        ("betamethasone", "6", "J0702"),
        ("methylprednisolone", "40", "J1010"),
    ],
)
def test_an_office_is_paid_for_a_steroid_so_a_single_dose_vial_carries_jz(drug, dose, code):
    """CMS: JW or JZ on every separately payable drug from a single-dose container since 2023-07-01."""

    def lines(place="11", on=DAY, single_dose=True, wasted="0"):
        used = DrugUsed(drug=drug, given_mg=Decimal(dose), single_dose=single_dose, wasted_mg=Decimal(wasted))
        coding = coded(*sites("soleus"), drugs=[used], place=place, on=on)
        return coding, [line.modifiers for line in coding.lines if line.code == code]

    assert lines()[1] == [("JZ",)]
    assert lines(wasted="40")[1] == [(), ("JW",)]
    assert lines(single_dose=False)[1] == [()]
    asked, bare = lines(single_dose=None)
    assert bare == [()]
    assert [row.about for row in asked.open if row.holds] == [f"vial {code}"]
    hospital, none = lines(place="22")
    assert none == []
    assert ("facility_drug", code) in [(row.rule, row.what) for row in hospital.dropped]


def test_a_local_anesthetic_is_part_of_the_procedure():
    used = DrugUsed(drug="lidocaine", given_mg=Decimal(10), single_dose=True, wasted_mg=Decimal(40))
    coding = coded(*sites("soleus"), drugs=[used])
    assert [line.modifiers for line in coding.lines] == [(), ()]
    assert not any(row.holds for row in coding.open)


def test_a_line_points_at_what_the_clinician_added_but_not_at_circumstances():
    coding = coded(
        *sites("quadratus lumborum"), diagnoses=["M54.50", "Z79.01"], on=datetime.date(2025, 11, 3)
    )
    assert [row.code for row in coding.diagnoses] == ["M79.18", "M54.50", "Z79.01"]
    assert coding.lines[0].pointers == (1, 2)


def test_an_evaluation_without_a_needle_is_a_line_of_its_own():
    found = coded(visit=OfficeVisit(code="99213"), diagnoses=["G44.209"])
    assert [(line.code, line.modifiers, line.pointers) for line in found.lines] == [("99213", (), (1,))]


def test_an_evaluation_without_a_diagnosis_waits_for_one():
    found = coded(visit=OfficeVisit(code="99213"))
    assert "diagnosis" in [row.about for row in found.open if row.holds]
