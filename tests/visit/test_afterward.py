"""Pain afterward is stored with the minutes since the last needle; nothing says 15 minutes before they have passed."""

import datetime

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.visit import commands as act
from needlepoint.visit import derive
from needlepoint.visit.facts import Observed
from tests.visit.kit import CALF, LEFT, do, examined

LATER = datetime.timedelta(minutes=15)


def needled(minutes=5):
    """One site treated, so many minutes after the start."""
    return do(examined(), act.RecordInjection(spot=LEFT), minutes=minutes)


@pytest.mark.parametrize(("at", "stored"), [(5, 0), (6, 1), (19, 14), (20, 15), (60, 15), (1500, 15)])
def test_the_minutes_are_those_that_have_passed_up_to_15(at, stored):
    seen = do(needled(), act.RecordObserved(pain_after=2), minutes=at).facts.observed
    assert (seen.pain_after, seen.minutes_after) == (2, stored)


def test_they_count_from_the_last_needle():
    visit = do(needled(), act.RecordInjection(spot=CALF), minutes=18)
    assert do(visit, act.RecordObserved(pain_after=2), minutes=21).facts.observed.minutes_after == 3


def test_recorded_again_later_it_is_what_it_is_then():
    early = do(needled(), act.RecordObserved(pain_after=2), minutes=8)
    assert do(early, act.RecordObserved(pain_after=1), minutes=25).facts.observed == Observed(pain_after=1)


def test_reactions_alone_leave_the_minutes():
    early = do(needled(), act.RecordObserved(pain_after=2), minutes=8)
    assert do(early, act.RecordObserved(reactions=()), minutes=25).facts.observed.minutes_after == 3


def test_more_minutes_than_have_passed_are_refused_with_the_time():
    with pytest.raises(Refused, match="10:20"):  # 15:05 UTC and 15 minutes, in New York
        do(needled(), act.RecordObserved(pain_after=2, minutes_after=15), minutes=10)
    seen = do(needled(), act.RecordObserved(pain_after=2, minutes_after=30), minutes=40).facts.observed
    assert seen.minutes_after == 30


def test_without_a_needle_there_is_no_pain_afterward():
    with pytest.raises(Refused, match="Record the treated site first"):
        do(examined(), act.RecordObserved(pain_after=2))
    assert do(examined(), act.RecordObserved(pain_after=None, reactions=())).facts.observed.reactions == ()


def test_the_time_is_known_once_a_site_is_treated():
    assert derive.observed_from(examined()) is None
    visit = needled()
    assert derive.observed_from(visit) == visit.treated[-1].given.at + LATER
