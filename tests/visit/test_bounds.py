"""Implausible values are refused with an explanation; none is stored, and none ends in a traceback."""

import datetime
from decimal import Decimal

import msgspec
import pytest

from needlepoint.base.people import GivenDose, LocalState
from needlepoint.base.refusal import Refused
from needlepoint.treatment.types import SteroidOrder
from needlepoint.visit import Spot, State, apply, derive
from needlepoint.visit import commands as act
from needlepoint.visit.facts import Checked
from tests.visit.kit import ACTIVE, LEFT, START, context, do, examined

NOT_NUMBERS = [Decimal(text) for text in ("NaN", "sNaN", "Infinity", "-Infinity", "-1", "0")]
NAIVE = datetime.datetime(2026, 11, 20, 15)  # noqa: DTZ001 - the fault that is tried
LATER = START + datetime.timedelta(days=2)

BAD = [
    *(act.ReportLab(test=test, value=value, on=START.date())
      for test in ("inr", "platelets", "hba1c") for value in NOT_NUMBERS),
    act.ReportLab(test="weight", value=Decimal(2), on=START.date()),
    act.ReportLab(test="inr", value=Decimal(2), on=LATER.date()),
    *(act.ReportDose(dose=GivenDose("lidocaine", value, START)) for value in NOT_NUMBERS),
    act.ReportDose(dose=GivenDose("lidocaine", Decimal(20), NAIVE)),
    act.ReportDose(dose=GivenDose("lidocaine", Decimal(20), LATER)),
    act.ReportLocal(state=LocalState(what="rash", region="nowhere")),
    act.ReportComplaint(pain_now=11),
    act.ReportComplaint(pain_worst=-1),
    act.ToggleRegion(region="nowhere"),
    act.ToggleRegion(region="left_leg_back_calf", intensity=11),
    act.RecordSigns(spot=LEFT, signs={"jump": True}),
    *(act.RecordSigns(spot=spot, signs=ACTIVE)
      for spot in (Spot("elbow", "left"), Spot("soleus", "midline"), Spot("soleus", "left", "zz"))),
    *(act.ChangeOrder(concentration_percent=value) for value in (*NOT_NUMBERS, Decimal(10))),
    *(act.ChangeOrder(volume_ml=value) for value in (*NOT_NUMBERS, Decimal(50))),
    *(act.ChangeOrder(steroid=SteroidOrder(drug="triamcinolone", dose_mg=value)) for value in NOT_NUMBERS),
    act.ChangeOrder(steroid=SteroidOrder(drug="sugar", dose_mg=Decimal(10))),
    act.ChangeOrder(drug="sugar"),
    act.ChangeOrder(technique="laser"),
    *(act.PlanSite(spot=LEFT, volume_ml=value) for value in (*NOT_NUMBERS, Decimal(50))),
    *(act.RecordInjection(spot=LEFT, volume_ml=value) for value in (*NOT_NUMBERS, Decimal(50))),
    act.DecidePrecaution(rule="nothing", why="because"),
    act.DecidePrecaution(rule="pleura_site", why=" "),
    act.ClearFlag(flag="cauda_equina", why=""),
    act.RemoveVial(lot_id=3),
    act.RecordTimes(started_at=NAIVE),
    act.RecordTimes(ended_at=LATER),
    act.RecordTimes(started_at=START, ended_at=START - datetime.timedelta(minutes=1)),
    act.RecordEvent(kind="sneeze", what="once"),
    act.RecordEvent(kind="faint", what=""),
    act.RecordObserved(pain_after=11),
    act.RecordObserved(minutes_after=-1),
    act.RecordObserved(minutes_after=241),
    act.EndWithoutNeedle(kind="declined", words=" "),
    act.EndWithoutNeedle(kind="bored", words="So it is."),
    act.AssignRoom(room=" "),
]  # fmt: skip


@pytest.mark.parametrize("command", BAD, ids=lambda command: str(command)[:90])
def test_a_value_that_cannot_be_meant_is_refused(command):
    with pytest.raises(Refused):
        do(examined(), command)


@pytest.mark.parametrize(
    "command",
    [
        act.Reschedule(starts_at=NAIVE, minutes=30, clinician=1, place=1),
        act.Reschedule(starts_at=LATER, minutes=0, clinician=1, place=1),
        act.Reschedule(starts_at=LATER, minutes=-5, clinician=1, place=1),
    ],
)
def test_a_time_that_cannot_be_meant_moves_no_visit(command):
    with pytest.raises(Refused):
        do(examined(state=State.BOOKED), command)


def test_a_room_that_the_place_does_not_have_is_refused():
    visit = examined(state=State.ARRIVED)
    with pytest.raises(Refused):
        apply(visit, act.AssignRoom(room="9"), context(visit, rooms=("1", "2")))


def test_a_plan_with_too_much_is_not_recorded_as_planned():
    visit = do(examined(), act.ChangeOrder(concentration_percent=Decimal(2), volume_ml=Decimal(20)))
    with pytest.raises(Refused, match="refused"):
        do(visit, act.RecordPlanned())
    assert derive.drug_totals(visit) == ()


def test_open_questions_are_answered_first_or_written_down_as_open():
    visit = do(examined(), act.ReportComplaint(words="It pulls."))
    unasked = msgspec.structs.replace(visit, facts=msgspec.structs.replace(visit.facts, checked=Checked()))
    with pytest.raises(Refused, match="open questions"):
        do(unasked, act.RecordInjection(spot=LEFT))
    given = do(unasked, act.RecordInjection(spot=LEFT, questions_open=True)).site(LEFT).given
    assert given.questions_open
    assert not do(visit, act.RecordInjection(spot=LEFT, questions_open=True)).site(LEFT).given.questions_open
