"""Who, and which session -> which precautions hold: the spec table, and what every row must contain."""

import datetime
import tomllib
from decimal import Decimal

import msgspec
import pytest

from needlepoint.anatomy import load_atlas
from needlepoint.base.people import Patient
from needlepoint.treatment.dose.steroid import find_steroid
from needlepoint.treatment.lists.names import book
from needlepoint.treatment.plan.read_practice import read_practice
from needlepoint.treatment.precautions.check import WEAK, PrecautionDecision, find_concerns, load_precautions
from needlepoint.treatment.precautions.rules import load_questions
from needlepoint.treatment.precautions.situation import NeedledSite, Situation
from needlepoint.treatment.precautions.traits import load_traits
from needlepoint.treatment.types import EarlierSession, TreatedSite
from tests.places import SPEC

TABLE = SPEC / "treatment" / "precautions.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
TODAY = datetime.date(2026, 11, 20)
BASE = {
    "age_years": 40,
    "sex": "male",
    "weight_kg": "70",
    "height_cm": "175",
    "pregnant": False,
    "allergies": [],
    "conditions": [],
    "medicines": [],
    "given": [],
    "local": [],
}


def situation_of(case):
    told = {**BASE, **case.get("patient", {})}
    for field in case.get("unknown", []):
        told[field] = None
    muscles = load_atlas().muscles
    technique = case.get("technique", "wet")
    drug = case.get("drug", "lidocaine")
    steroid = case.get("steroid")
    return Situation(
        patient=msgspec.convert(told, Patient),
        technique=technique,
        spots=tuple(NeedledSite(muscles[muscle], side) for muscle, side in case["sites"]),
        as_of=TODAY,
        drugs=(drug,) if technique == "wet" else (),
        drug_classes=("ester" if drug == "procaine" else "amide",) if technique == "wet" else (),
        epinephrine=case.get("epinephrine", False),
        steroid=steroid,
        particulate=bool(steroid) and find_steroid(steroid).particulate,
        earlier=[
            EarlierSession(
                on=row["on"],
                sites=[TreatedSite(muscle, side) for muscle, side in row["sites"]],
                relief_percent=row["relief_percent"],
            )
            for row in case.get("earlier", [])
        ],
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_precautions_hold_as_the_table_says(case):
    practice = None
    if "accept" in case:
        practice = read_practice({"director": "Dr. A", "accepted_on": "2026-11-01", "accept": case["accept"]})
    decided = [
        PrecautionDecision(rule, "Bea Made-Up", "looked into it", "physician")
        for rule in case.get("decided", [])
    ]
    concerns, questions = find_concerns(situation_of(case), practice, decided)
    levels = {concern.id: concern.level for concern in concerns}
    assert case.get("holds", {}).items() <= levels.items()
    assert not set(case.get("not", [])) & set(levels)
    if "exactly" in case:
        assert sorted(levels) == case["exactly"]
    asked = {question.key for question in questions}
    assert set(case.get("asks", [])) <= asked
    assert not set(case.get("not_asks", [])) & asked


def test_every_stop_says_its_ground_and_who_answers_for_it():
    for case in CASES:
        for concern in find_concerns(situation_of(case))[0]:
            assert concern.citations
            assert "not yet accepted" in str(concern.review)
            assert concern.en
            assert concern.do_en
            assert concern.es
            assert concern.do_es


def test_an_unverified_ground_never_refuses_alone():
    for case in CASES:
        for concern in find_concerns(situation_of(case))[0]:
            if concern.level == "stop":
                assert concern.certainty not in WEAK


def test_every_rule_stands_in_the_table():
    shown = {id_ for case in CASES for id_ in (*case.get("holds", {}), *case.get("not", []))}
    assert len(shown & set(load_precautions())) >= 40


def test_every_name_that_rules_use_exists():
    traits = load_traits()
    atlas = load_atlas()
    for rule in load_precautions().values():
        when = rule.when
        for name in [*(when.site or []), *(when.both_sides or [])]:
            assert name in traits
        for name in [*(when.medicine or []), *(when.medicine_two or [])]:
            assert name in _ids("medicine")
        for name in when.condition or []:
            assert name in _ids("condition")
        for name in when.allergy or []:
            assert name in _ids("allergy")
    for trait in traits.values():
        assert set(trait.muscles) <= set(atlas.muscles)


def _ids(kind):
    return {id_ for group in book(kind).groups.values() for id_ in group.ids}


def test_every_question_stands_in_both_languages():
    for question in load_questions()[0].values():
        assert question.en
        assert question.es


def test_a_weight_by_the_square_of_the_height():
    from needlepoint.treatment.precautions.situation import bmi_of

    assert bmi_of(Patient(weight_kg=Decimal(81), height_cm=Decimal(180))) == 25
    assert bmi_of(Patient(weight_kg=Decimal(81))) is None
