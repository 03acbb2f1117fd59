"""The content of the schedule: availability, time off, and visits, by day and clinician. Four queries in all."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Subquery

from needlepoint.documents.leaflets.holidays import Holiday, holiday_on
from needlepoint.records.models import Availability, Practice, SlotLock, Staff, TimeOff, Visit
from needlepoint.records.schedule.times import is_there
from needlepoint.records.settings.public_settings import outside_of

__all__ = [
    "LEFT",
    "ClinicianDay",
    "Load",
    "agenda",
    "clinicians_of",
    "held_room",
    "load_of",
    "rooms_held",
    "visits_between",
]

LEFT = (Visit.State.NO_SHOW, Visit.State.CANCELED)  # these take no time


class ClinicianDay(NamedTuple):
    """One clinician on one day: availability, the reason for none, and the visits."""

    day: datetime.date
    staff: Staff
    hours: list[tuple[datetime.datetime, datetime.datetime]]
    holiday: Holiday | None
    off: TimeOff | None
    visits: list[Visit]


class Load(NamedTuple):
    """How full a day is."""

    day: datetime.date
    visits: int
    holiday: Holiday | None
    off: TimeOff | None


def clinicians_of(practice: Practice) -> list[Staff]:
    """Return the clinicians who see patients."""
    rows = Staff.objects.filter(practice=practice, active=True).exclude(profession="")
    return list(rows.prefetch_related("licenses").order_by("pk"))


def visits_between(practice: Practice, first: datetime.date, days: int) -> list[Visit]:
    """Return every visit of these days, in order, whatever its state."""
    begins, ends = _bounds(practice, first, days)
    rows = Visit.objects.filter(practice=practice, starts_at__gte=begins, starts_at__lt=ends)
    return list(
        rows.select_related("patient", "clinician", "location", "service", "intake", "practice")
        .defer("facts")
        .order_by("starts_at", "pk")
    )


def agenda(practice: Practice, first: datetime.date, days: int, staff: Sequence[Staff]) -> list[ClinicianDay]:
    """Return one stretch for each day and clinician, day by day."""
    visits: dict[tuple[datetime.date, int], list[Visit]] = defaultdict(list)
    for visit in visits_between(practice, first, days):
        visits[visit.day, visit.clinician_id].append(visit)
    openings = list(Availability.objects.filter(staff__in=staff).order_by("begins"))
    closed = _closed(practice, first, days)
    found = []
    for number in range(days):
        day = first + datetime.timedelta(days=number)
        holiday = _holiday(practice, day)
        for person in staff:
            off = _off(closed, day, person.pk)
            hours = [] if holiday else _hours(practice, openings, day, person.pk, closed)
            found.append(ClinicianDay(day, person, hours, holiday, off, visits[day, person.pk]))
    return found


def load_of(practice: Practice, first: datetime.date, days: int, staff_id: int | None) -> list[Load]:
    """Return how many visits each day has (without canceled and missed ones), and whether it is closed."""
    begins, ends = _bounds(practice, first, days)
    rows = Visit.objects.filter(practice=practice, starts_at__gte=begins, starts_at__lt=ends)
    rows = rows.exclude(state__in=LEFT)
    if staff_id is not None:
        rows = rows.filter(clinician_id=staff_id)
    zone = ZoneInfo(practice.timezone)
    counts: dict[datetime.date, int] = defaultdict(int)
    for at, count in rows.values_list("starts_at").annotate(n=Count("pk")):
        counts[at.astimezone(zone).date()] += count
    closed = _closed(practice, first, days)
    every = [first + datetime.timedelta(days=number) for number in range(days)]
    return [Load(day, counts[day], _holiday(practice, day), _off(closed, day, staff_id)) for day in every]


def rooms_held(visits: Sequence[Visit]) -> dict[int, str]:
    """Return the reserved room of each visit."""
    rows = SlotLock.objects.filter(visit__in=[visit.pk for visit in visits]).exclude(room="")
    return {visit: room for visit, room in rows.values_list("visit_id", "room").distinct() if visit}


def held_room() -> Subquery:
    """Return the reserved room of a visit, as a column of the query of the visits (None without one)."""
    held = SlotLock.objects.filter(visit=OuterRef("pk")).exclude(room="").order_by("at")
    return Subquery(held.values("room")[:1])


def _bounds(
    practice: Practice, first: datetime.date, days: int
) -> tuple[datetime.datetime, datetime.datetime]:
    zone = ZoneInfo(practice.timezone)
    begins = datetime.datetime.combine(first, datetime.time(), zone)
    ends = datetime.datetime.combine(first + datetime.timedelta(days=days), datetime.time(), zone)
    return begins, ends


def _closed(practice: Practice, first: datetime.date, days: int) -> list[TimeOff]:
    last = first + datetime.timedelta(days=days - 1)
    return list(TimeOff.objects.filter(practice=practice, last__gte=first, first__lte=last))


def _holiday(practice: Practice, day: datetime.date) -> Holiday | None:
    found = holiday_on(day)
    return found if found is not None and found.id in outside_of(practice).holidays else None


def _off(closed: Sequence[TimeOff], day: datetime.date, staff_id: int | None) -> TimeOff | None:
    """Return the time off of this clinician, or (None) of everybody."""
    rows = (row for row in closed if row.first <= day <= row.last)
    return next((row for row in rows if row.staff_id in (None, staff_id)), None)


def _hours(
    practice: Practice,
    openings: Sequence[Availability],
    day: datetime.date,
    staff_id: int,
    closed: Sequence[TimeOff],
) -> list[tuple[datetime.datetime, datetime.datetime]]:
    zone = ZoneInfo(practice.timezone)
    return [
        (datetime.datetime.combine(day, row.begins, zone), datetime.datetime.combine(day, row.ends, zone))
        for row in openings
        if row.staff_id == staff_id and is_there(row, day, closed)
    ]
