"""The good-faith estimate is due in business days, with the real holidays."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.cost.clock import business_days_between, estimate_due

D = datetime.date


@pytest.mark.parametrize(
    ("scheduled", "service", "asked", "due"),
    [
        (D(2026, 3, 2), D(2026, 3, 16), False, D(2026, 3, 5)),  # 10 business days ahead: 3 business days
        (D(2026, 3, 2), D(2026, 3, 13), False, D(2026, 3, 3)),  # 9: 1 business day
        (D(2026, 3, 2), D(2026, 3, 5), False, D(2026, 3, 3)),  # 3
        (D(2026, 3, 2), D(2026, 3, 4), False, None),  # 2: no duty
        (D(2026, 3, 2), D(2026, 3, 4), True, D(2026, 3, 5)),  # unless asked
        (D(2026, 3, 6), D(2026, 4, 10), False, D(2026, 3, 11)),  # over a weekend
        (D(2026, 7, 1), D(2026, 8, 10), False, D(2026, 7, 7)),  # over Independence Day (kept on the 3rd)
        (D(2026, 11, 24), D(2026, 12, 20), False, D(2026, 11, 30)),  # over Thanksgiving
        (D(2026, 12, 30), D(2027, 2, 1), False, D(2027, 1, 5)),  # over New Year
    ],
)
def test_the_day_on_which_it_is_due(scheduled, service, asked, due):
    assert estimate_due(scheduled, service, asked) == due


@given(st.dates(D(2022, 1, 1), D(2030, 12, 31)), st.integers(0, 400))
def test_the_due_day_is_a_business_day_after_the_scheduling(day, ahead):
    due = estimate_due(day, day + datetime.timedelta(days=ahead), asked=True)
    assert due > day
    assert due.weekday() < 5
    assert business_days_between(day, due) in (1, 3)


def test_a_service_before_its_scheduling_is_refused():
    with pytest.raises(Refused, match="on or after"):
        estimate_due(D(2026, 3, 2), D(2026, 3, 1))
