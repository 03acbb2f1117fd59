"""When the pain began and what was tried: a command like any other, with bounds, history and undo."""

import datetime

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import commands as act
from needlepoint.visit.limits import MOST_PRIOR_CARE
from tests.visit.kit import PATIENT, START, booked, do

MASSAGE, YOGA = PriorCare(what="massage", helped=False), PriorCare(what="yoga")
JANUARY = datetime.date(2026, 1, 5)


def test_what_was_tried_is_added_and_nothing_is_lost():
    visit = do(booked(), act.ReportHistory(began_on=JANUARY, prior_care=(MASSAGE,)), actor=PATIENT)
    visit = do(visit, act.ReportHistory(prior_care=(YOGA,)))
    assert (visit.history.began_on, visit.history.prior_care) == (JANUARY, (MASSAGE, YOGA))


def test_nothing_tried_is_an_answer_and_an_emptied_list_is_a_question_again():
    nothing = do(booked(), act.ReportHistory(prior_care=()))
    assert nothing.history.prior_care == ()
    listed = do(nothing, act.ReportHistory(prior_care=(MASSAGE,)))
    assert do(listed, act.RemovePriorCare(number=0, what="massage")).history.prior_care is None


def test_only_the_line_that_was_shown_is_removed():
    visit = do(booked(), act.ReportHistory(prior_care=(MASSAGE, YOGA)))
    assert do(visit, act.RemovePriorCare(number=0, what="massage")).history.prior_care == (YOGA,)
    for number, what in ((0, "yoga"), (2, "yoga"), (-1, "yoga")):
        with pytest.raises(Refused, match="no longer in the list"):
            do(visit, act.RemovePriorCare(number=number, what=what))


@pytest.mark.parametrize("began_on", [datetime.date(1929, 12, 31), datetime.date(2026, 11, 21)])
def test_an_onset_before_any_patient_or_after_today_is_refused(began_on):
    with pytest.raises(Refused, match="up to today"):
        do(booked(), act.ReportHistory(began_on=began_on))


def test_today_is_the_day_where_the_practice_is():
    late = booked(starts_at=START.replace(hour=2) + datetime.timedelta(days=1))  # still the 20th in New York
    with pytest.raises(Refused):
        do(late, act.ReportHistory(began_on=datetime.date(2026, 11, 21)))
    assert do(late, act.ReportHistory(began_on=datetime.date(2026, 11, 20))).history.began_on


@pytest.mark.parametrize("what", ["", "   ", "x" * 201])
def test_care_needs_words_and_is_never_cut(what):
    with pytest.raises(Refused):
        do(booked(), act.ReportHistory(prior_care=(PriorCare(what=what),)))


def test_the_list_has_an_end():
    full = do(booked(), act.ReportHistory(prior_care=(MASSAGE,) * MOST_PRIOR_CARE))
    with pytest.raises(Refused, match="At most"):
        do(full, act.ReportHistory(prior_care=(YOGA,)))
