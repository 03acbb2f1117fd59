"""What follows from the facts: milligrams, waste, lots, date of service, relief, and the plan's order."""

import datetime
import tomllib
from decimal import Decimal

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.exam import assess
from needlepoint.treatment.types import SteroidOrder
from needlepoint.visit import State, derive
from needlepoint.visit import commands as act
from tests.places import SPEC
from tests.visit.kit import ACTIVE, CALF, LEFT, RIGHT, booked, examined, plan_of, vial
from tests.visit.kit import confirmed as do

SPEC = SPEC / "visit"


def cases(name):
    return tomllib.loads((SPEC / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def order(drug, percent):
    return act.ChangeOrder(drug=drug, concentration_percent=Decimal(percent))


def given(rows, vials=()):
    visit = examined()
    for spot, (drug, percent, ml) in zip((LEFT, CALF), rows, strict=False):
        visit = do(visit, order(drug, percent), act.RecordInjection(spot=spot, volume_ml=Decimal(ml)))
    return do(visit, *(vial(*row) for row in vials))


@pytest.mark.parametrize("case", cases("doses"), ids=lambda case: case["name"])
def test_doses(case):
    visit = given(case["given"], case.get("vials", ()))
    totals = {total.drug: total for total in derive.drug_totals(visit)}
    known = {drug: None if mg == "not known" else Decimal(mg) for drug, mg in case["waste"].items()}
    assert {drug: total.given_mg for drug, total in totals.items()} == {
        drug: Decimal(mg) for drug, mg in case["mg"].items()
    }
    assert {drug: total.wasted_mg for drug, total in totals.items()} == known
    assert {drug: list(totals[drug].lots) for drug in case.get("lots", {})} == case.get("lots", {})
    assert ("no_vials" in derive.missing_for_billing(visit)) == (None in known.values())


@pytest.mark.parametrize(("zone", "utc", "day"), cases("days"))
def test_the_date_of_service_is_the_day_where_the_practice_is(zone, utc, day):
    starts_at = datetime.datetime.fromisoformat(utc)
    assert booked(zone=zone, starts_at=starts_at).day.isoformat() == day


@pytest.mark.parametrize(("before", "after", "relief"), cases("relief"))
def test_relief_at_once(before, after, relief):
    told = {} if before == "-" else {"pain_now": before}
    seen = {} if after == "-" else {"pain_after": after}
    treated = do(examined(), act.RecordInjection(spot=LEFT), act.ReportComplaint(**told))
    visit = do(treated, act.RecordObserved(**seen))
    assert derive.relief_now(visit) == (None if relief == "-" else relief)


def test_a_drug_changed_after_a_site_was_done_keeps_what_was_given():
    visit = do(examined(), act.RecordInjection(spot=LEFT, volume_ml=Decimal(5)), order("ropivacaine", "0.2"))
    assert derive.given_mg(visit, "lidocaine") == 50
    plan, _ = plan_of(visit)
    assert {share.drug: share.dose_mg for share in plan.chosen.dose.shares} == {
        "lidocaine": 50, "ropivacaine": 2
    }  # fmt: skip


def test_an_alarm_does_not_go_out_when_the_drug_is_changed():
    visit = do(examined(), act.ChangeOrder(concentration_percent=Decimal(2)))
    visit = do(visit, act.RecordInjection(spot=LEFT, volume_ml=Decimal(20)))
    before = plan_of(visit)[0].chosen.dose.total_share
    after = plan_of(do(visit, order("ropivacaine", "0.2")))[0].chosen.dose.total_share
    assert after > 1
    assert before > 1


def planned(visit):
    found = derive.ordered(visit, assess(derive.findings(visit)))
    return {site.muscle for site in found.sites or ()} if found else set()


def test_recording_one_site_never_drops_the_others():
    visit = do(examined(LEFT, CALF, RIGHT), act.RecordInjection(spot=CALF))
    plan, _ = plan_of(visit)
    assert {(site.muscle_id, site.side) for site in plan.sites} == {spot[:2] for spot in (LEFT, CALF, RIGHT)}
    assert visit.state is State.IN_ROOM


def test_a_site_left_out_stays_out_also_when_it_is_the_only_one():
    visit = do(examined(LEFT), act.PlanSite(spot=LEFT, planned=False))
    plan, why = plan_of(visit)
    assert plan is None
    assert why
    with pytest.raises(Refused):
        do(visit, act.RecordPlanned())
    two = do(examined(), act.PlanSite(spot=LEFT, planned=False))
    assert planned(two) == {CALF.muscle}


def test_signs_changed_after_the_needle_do_not_end_the_dose_check():
    visit = do(examined(), act.RecordInjection(spot=LEFT, volume_ml=Decimal(5)))
    visit = do(visit, act.RecordSigns(spot=LEFT, signs=dict.fromkeys(ACTIVE, False)))
    plan, why = plan_of(visit)
    assert plan is not None, why
    assert {share.drug: share.dose_mg for share in plan.chosen.dose.shares} == {"lidocaine": 60}


def test_the_same_for_a_dry_needle():
    visit = do(examined(), act.ChangeOrder(technique="dry", drug="", concentration_percent=None))
    visit = do(visit, act.RecordInjection(spot=LEFT))
    visit = do(visit, act.RecordSigns(spot=LEFT, signs=dict.fromkeys(ACTIVE, False)))
    assert plan_of(visit)[0] is not None
    assert derive.drug_totals(visit) == ()
    assert derive.technique(visit) == "dry"


def test_a_steroid_is_shared_out_and_adds_up_to_what_was_ordered():
    steroid = SteroidOrder(drug="Kenalog", dose_mg=Decimal(40), indication="scar")
    visit = do(examined(LEFT, CALF, RIGHT), act.ChangeOrder(steroid=steroid))
    visit = do(visit, act.RecordInjection(spot=LEFT, questions_open=True))
    visit = do(visit, act.RecordPlanned(questions_open=True), vial("triamcinolone", "4", "1"))
    total = {one.drug: one for one in derive.drug_totals(visit)}["triamcinolone"]
    assert (total.given_mg, total.wasted_mg) == (40, 0)


def test_a_steroid_in_the_order_does_not_reach_a_dry_needle():
    steroid = SteroidOrder(drug="triamcinolone", dose_mg=Decimal(40))
    visit = do(
        examined(), act.ChangeOrder(technique="dry", drug="", concentration_percent=None, steroid=steroid)
    )
    assert derive.drug_totals(do(visit, act.RecordPlanned())) == ()


def test_ultrasound_without_a_picture_is_told_before_billing():
    visit = do(examined(LEFT), act.RecordGuidance(ultrasound=True))
    assert "no_picture" in derive.missing_for_billing(visit)
    assert "no_picture" not in derive.missing_for_billing(
        do(visit, act.RecordGuidance(ultrasound=True, picture="A1"))
    )
    with pytest.raises(Refused):
        do(visit, act.RecordGuidance(ultrasound=False, picture="A1"))


def test_how_long_it_took():
    visit = examined()
    assert derive.minutes(visit) is None
    start = visit.starts_at
    times = act.RecordTimes(started_at=start, ended_at=start + datetime.timedelta(minutes=4, seconds=59))
    assert derive.minutes(do(visit, times)) == 4
