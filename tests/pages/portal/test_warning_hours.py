"""What is promised to a patient who reports a warning sign, by the hours of the practice."""

from __future__ import annotations

import datetime

import pytest

from needlepoint.records.models import TimeOff
from needlepoint.records.schedule.hours import answer_by, open_now


def at(text):
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "open_", "until"),
    [
        ("2026-11-20T15:00:00-05:00", True, "2026-11-20T17:30:00-05:00"),
        ("2026-11-20T17:30:00-05:00", False, "2026-11-23T08:30:00-05:00"),  # Friday evening: Monday
        ("2026-11-25T18:00:00-05:00", False, "2026-11-27T08:30:00-05:00"),  # over Thanksgiving
        ("2026-12-24T18:00:00-05:00", False, "2026-12-29T08:30:00-05:00"),  # Christmas, a weekend, a day off
    ],
)
def test_what_the_hours_promise(clinic, now, open_, until):
    day = datetime.date(2026, 12, 28)
    TimeOff.objects.create(practice=clinic, first=day, last=day)
    found = open_now(clinic, at(now))
    assert (found.open, found.until) == (open_, at(until))


def test_without_hours_nothing_is_promised(clinic):
    clinic.hours = {}
    assert open_now(clinic, at("2026-11-20T15:00:00-05:00")) == (False, None)
    assert answer_by(clinic, at("2026-11-20T15:00:00-05:00")) is None


def test_an_answer_is_promised_for_an_open_day(clinic):
    assert answer_by(clinic, at("2026-11-20T15:00:00-05:00")) == datetime.date(2026, 11, 23)
    assert answer_by(clinic, at("2026-11-21T12:00:00-05:00")) == datetime.date(2026, 11, 24)
    assert answer_by(clinic, at("2026-11-25T15:00:00-05:00")) == datetime.date(2026, 11, 27)
