"""Situations of the safety table: the verdict, and the statement that decides it."""

import datetime
import tomllib

import msgspec
import pytest

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.people import Clinician, Patient
from needlepoint.base.refusal import read_as
from needlepoint.exam import Found, assess
from needlepoint.treatment.plan.make import PlanInput, make_plan
from needlepoint.treatment.plan.order import PlanOrder
from needlepoint.treatment.plan.read_practice import read_practice
from needlepoint.treatment.precautions.check import load_precautions
from tests.places import SPEC

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
TABLE = SPEC / "safety" / "plans.toml"
CASES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]
BASE = {
    "age_years": 45,
    "sex": "female",
    "weight_kg": "70",
    "height_cm": "168",
    "pregnant": False,
    "allergies": [],
    "conditions": [],
    "medicines": [],
    "given": [],
    "local": [],
}
SIGNS = {"taut_band": True, "tender_spot": True, "familiar_pain": True, "referred_pain": True}


def plan_of(sites, patient, order, more):
    places = []
    for site in sites:
        side, _, rest = site.partition(" ")
        name, _, point = rest.partition(":")
        muscle = find_muscle(load_atlas(), name)
        side = side if muscle.paired else "midline"
        places.append((name, muscle.id, side, point or None))
    found = [Found(muscle=id_, side=side, point=point, **SIGNS) for _, id_, side, point in places]
    ordered = [{"muscle": name, "side": side, "point": point} for name, _, side, point in places]
    told = {**BASE, **patient}
    return make_plan(
        PlanInput(
            patient=read_as({key: None if value == "" else value for key, value in told.items()}, Patient),
            clinician=Clinician(profession="physician", state="CA", credentials=["advanced_needling"]),
            assessment=assess(found),
            as_of=NOON,
            order=msgspec.convert({"sites": ordered, **order}, PlanOrder),
            practice=read_practice({"ultrasound": more.get("ultrasound", True)}),
            earlier=[],
            painful=frozenset(more.get("painful", [])),
            told=more.get("told", ""),
        )
    )


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_situation_is_decided_as_the_table_says(case):
    _, sites, verdict, by, patient, order, source, more = case
    plan = plan_of(sites, patient, order, more)
    said = {row.id for row in plan.statements}
    assert source
    if verdict == "held":
        assert plan.verdict.value != "met"
    else:
        assert plan.verdict.value == verdict, (plan.because, said)
    assert set(by) <= said


def test_ordinary_care_is_quiet():
    """At most half a caution for each ordinary plan on average; what only informs is not counted."""
    ordinary = [case for case in CASES if case[6] == "ordinary care" and case[2] == "met" and not case[3]]
    cautions = [
        row.id
        for case in ordinary
        for row in plan_of(case[1], case[4], case[5], case[7]).statements
        if row.kind == "warn" and row.severity != "low"
    ]
    assert len(cautions) / len(ordinary) <= 0.5, cautions


def test_the_table_has_at_least_four_hundred_situations():
    assert len(CASES) >= 400


def test_every_stop_and_decision_of_the_data_is_absolute_or_stands_in_a_table():
    rows = {id_ for case in CASES for id_ in case[3]}
    other = (TABLE.parent.parent / "treatment" / "precautions.toml").read_text(encoding="utf-8")
    missing = [
        rule.id
        for rule in load_precautions().values()
        if rule.level in ("stop", "confirm") and rule.id not in rows and rule.id not in other
    ]
    assert len(missing) <= 20, missing
