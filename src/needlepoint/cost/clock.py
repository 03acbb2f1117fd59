"""When a good faith estimate is due: business days, with the federal holidays of the years in between."""

from __future__ import annotations

import datetime

import holidays
import numpy as np

from needlepoint.base.refusal import Fault, Refused
from needlepoint.cost.load import load_cost

__all__ = ["business_days_between", "estimate_due"]


def _federal(first: int, last: int) -> list[datetime.date]:
    return sorted(holidays.country_holidays("US", years=range(first, last + 2)))


def business_days_between(start: datetime.date, end: datetime.date) -> int:
    """Return business days after `start` up to and including `end`."""
    days = _federal(start.year, end.year)
    return int(
        np.busday_count(start + datetime.timedelta(days=1), end + datetime.timedelta(days=1), holidays=days)
    )


def estimate_due(
    scheduled_on: datetime.date, service_on: datetime.date, asked: bool = False
) -> datetime.date | None:
    """Return the last day on which the estimate is on time; None without a request when the service is too soon.

    Raises Refused when the service is before the day on which it was scheduled.
    """
    if service_on < scheduled_on:
        given = f"{service_on}, scheduled on {scheduled_on}"
        raise Refused(Fault("service_on", given, "a day on or after the scheduling"))
    rule = load_cost().good_faith
    ahead = business_days_between(scheduled_on, service_on)
    if ahead >= rule.far_business_days:
        days = rule.far_due_days
    elif ahead >= rule.near_business_days:
        days = rule.near_due_days
    elif asked:
        days = rule.asked_due_days
    else:
        return None
    return _after(scheduled_on, days)


def _after(day: datetime.date, count: int) -> datetime.date:
    free = _federal(day.year, day.year + 1)
    start = np.busday_offset(day, 0, roll="backward", holidays=free)
    found = np.busday_offset(start, count, holidays=free)
    return datetime.date.fromisoformat(str(found))
