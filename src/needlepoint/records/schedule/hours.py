"""When a practice is open, and by when it answers: what patients are promised."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from django.utils import timezone

from needlepoint.documents.leaflets.holidays import holiday_on
from needlepoint.records.models import Practice, TimeOff
from needlepoint.records.settings.public_settings import outside_of, zone_of

__all__ = ["Hours", "answer_by", "is_closed_on", "open_now"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD = 31  # days


class Hours(NamedTuple):
    """Whether the practice is open, and when that changes: it closes at `until`, or opens at it.

    None: no opening hours are on file, or none in the next month.
    """

    open: bool
    until: datetime.datetime | None


def is_closed_on(practice: Practice, day: datetime.date) -> bool:
    """Return whether the whole practice is closed on a day: an observed holiday, or time off for everybody."""
    holiday = holiday_on(day)
    if holiday is not None and holiday.id in outside_of(practice).holidays:
        return True
    return TimeOff.objects.filter(practice=practice, staff=None, first__lte=day, last__gte=day).exists()


def open_now(practice: Practice, now: datetime.datetime | None = None) -> Hours:
    """Return whether the practice is open now, and until when or from when."""
    at = now or timezone.now()
    for begins, ends in _stretches(practice, at):
        if begins <= at < ends:
            return Hours(open=True, until=ends)
        if at < begins:
            return Hours(open=False, until=begins)
    return Hours(open=False, until=None)


def answer_by(practice: Practice, now: datetime.datetime | None = None) -> datetime.date | None:
    """Return the day by which a message is answered: this many open days from now on."""
    at = now or timezone.now()
    zone = zone_of(practice)
    # The day on which it arrives does not count: it may be nearly over.
    days = [begins.astimezone(zone).date() for begins, ends in _stretches(practice, at) if at < ends]
    wanted = outside_of(practice).reply_days
    return days[wanted] if len(days) > wanted else None


def _stretches(
    practice: Practice, at: datetime.datetime
) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    """Return (opens, closes) of each open day from today on, in the practice's time zone."""
    zone = zone_of(practice)
    today = at.astimezone(zone).date()
    for number in range(LOOK_AHEAD):
        day = today + datetime.timedelta(days=number)
        hours = practice.hours.get(DAYS[day.weekday()])
        if hours is not None and not is_closed_on(practice, day):
            begins, ends = hours
            yield (
                datetime.datetime.combine(day, begins, zone),
                datetime.datetime.combine(day, ends, zone),
            )
