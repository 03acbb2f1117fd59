"""Open times: clinicians with availability, scope and a room. Three queries, for any number of days."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Q
from django.utils import timezone

from needlepoint.base.people import Clinician
from needlepoint.documents.leaflets.holidays import holiday_on
from needlepoint.records.models import Availability, Location, Practice, SlotLock, Staff, TimeOff, VisitType
from needlepoint.records.settings.public_settings import Outside, outside_of
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.scope.rules import may
from needlepoint.treatment.types import CheckVerdict

__all__ = ["GRID", "STEP", "Slot", "free_slots", "is_there", "may_do", "steps_of"]

STEP = datetime.timedelta(minutes=5)  # what a row of SlotLock stands for
GRID = datetime.timedelta(minutes=15)  # distance between offered times


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """An open time. `starts_at` is UTC; `room` '' where the location has no named rooms."""

    starts_at: datetime.datetime
    staff_id: int
    staff: str
    location_id: int
    location: str
    room: str

    @property
    def at(self) -> str:
        """Return the time as in an address, in UTC."""
        return f"{self.starts_at.astimezone(datetime.UTC):%Y%m%dT%H%M}"


def steps_of(starts_at: datetime.datetime, minutes: int) -> list[datetime.datetime]:
    """Return each five minutes that a visit takes; a time between two steps takes the step that it begins in.

    >>> [f"{at:%H:%M}" for at in steps_of(datetime.datetime(2026, 1, 1, 9, 2, tzinfo=datetime.UTC), 10)]
    ['09:00', '09:05', '09:10']
    """
    at = starts_at.astimezone(datetime.UTC).replace(second=0, microsecond=0)
    at -= datetime.timedelta(minutes=at.minute % 5)
    ends = starts_at + datetime.timedelta(minutes=minutes)
    found = []
    while at < ends:
        found.append(at)
        at += STEP
    return found


def may_do(staff: Staff, state: str, technique: str, day: datetime.date) -> bool:
    """Return whether this clinician may do this visit type there: a valid state license, and the scope of practice.

    `staff` comes with its licenses. What the law leaves open is not offered online: the practice decides it.
    """
    held = [row for row in staff.licenses.all() if row.state == state and row.expires_on >= day]
    if not held:
        return False
    act = next((row.act for row in load_defaults().technique if row.id == technique), None)
    if act is None:
        return True
    clinician = Clinician(
        name=staff.name, profession=staff.profession, state=state, credentials=list(held[0].credentials)
    )
    return may(clinician, act, day).verdict is CheckVerdict.MET


def free_slots(
    practice: Practice,
    service: VisitType,
    first: datetime.date,
    days: int,
    staff_id: int | None = None,
    location_id: int | None = None,
    now: datetime.datetime | None = None,
    ignore_visit: int | None = None,
    by_staff: bool = False,
) -> list[Slot]:
    """Return the open times of a visit type from `first` on, in order.

    `ignore_visit`: its own minutes count as open.

    `by_staff`: the minimum notice and the booking window of online booking do not bind the front desk.
    """
    zone = ZoneInfo(practice.timezone)
    rules = outside_of(practice)
    earliest = (now or timezone.now()) + datetime.timedelta(hours=0 if by_staff else rules.notice_hours)
    last = first + datetime.timedelta(days=days - 1)
    if not by_staff:
        last = min(last, earliest.astimezone(zone).date() + datetime.timedelta(days=rules.days_ahead))
    if last < first:
        return []
    openings = _openings(practice, staff_id, location_id)
    closed = list(TimeOff.objects.filter(practice=practice, last__gte=first, first__lte=last))
    begins = datetime.datetime.combine(first, datetime.time(), zone)
    ends = datetime.datetime.combine(last, datetime.time(), zone) + datetime.timedelta(days=1)
    busy, taken = _held(openings, begins, ends, ignore_visit)
    found = [
        slot
        for day in _open_days(first, last, rules)
        for opening in openings
        if is_there(opening, day, closed)
        and may_do(opening.staff, opening.location.state, service.technique, day)
        for slot in _of(opening, day, zone, service.minutes, earliest, busy, taken)
    ]
    unique = {(slot.starts_at, slot.staff_id): slot for slot in found}
    return sorted(unique.values(), key=lambda slot: (slot.starts_at, slot.staff_id))


def _open_days(first: datetime.date, last: datetime.date, rules: Outside) -> list[datetime.date]:
    """Return the days without the holidays on which the practice is closed."""
    closed = set(rules.holidays)
    return [day for day in _days(first, last) if not ((found := holiday_on(day)) and found.id in closed)]


def _openings(practice: Practice, staff_id: int | None, location_id: int | None) -> list[Availability]:
    rows = Availability.objects.filter(staff__practice=practice, staff__active=True)
    if staff_id is not None:
        rows = rows.filter(staff_id=staff_id)
    if location_id is not None:
        rows = rows.filter(location_id=location_id)
    return list(rows.select_related("staff", "location").prefetch_related("staff__licenses").order_by("pk"))


def _held(
    openings: Sequence[Availability],
    begins: datetime.datetime,
    ends: datetime.datetime,
    ignore_visit: int | None,
) -> tuple[dict[int, set[datetime.datetime]], dict[tuple[int, str], set[datetime.datetime]]]:
    """Return the minutes that are taken: by clinician, and by location and room."""
    people = {opening.staff_id for opening in openings}
    places = {opening.location_id for opening in openings}
    rows = SlotLock.objects.filter(at__gte=begins, at__lt=ends).filter(
        Q(staff_id__in=people) | Q(location_id__in=places)
    )
    if ignore_visit is not None:
        rows = rows.exclude(visit_id=ignore_visit)
    busy: dict[int, set[datetime.datetime]] = defaultdict(set)
    taken: dict[tuple[int, str], set[datetime.datetime]] = defaultdict(set)
    for staff, location, room, at in rows.values_list("staff_id", "location_id", "room", "at"):
        busy[staff].add(at)
        taken[location, room].add(at)
    return busy, taken


def _days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    day = first
    while day <= last:
        yield day
        day += datetime.timedelta(days=1)


def is_there(opening: Availability, day: datetime.date, closed: Sequence[TimeOff]) -> bool:
    """Return whether someone is available on a day."""
    if opening.weekday != day.weekday():
        return False
    if (opening.since and day < opening.since) or (opening.until and day > opening.until):
        return False
    return not any(
        row.first <= day <= row.last and row.staff_id in (None, opening.staff_id) for row in closed
    )


def _of(
    opening: Availability,
    day: datetime.date,
    zone: ZoneInfo,
    minutes: int,
    earliest: datetime.datetime,
    busy: dict[int, set[datetime.datetime]],
    taken: dict[tuple[int, str], set[datetime.datetime]],
) -> Iterator[Slot]:
    """Return the open times of one availability on one day."""
    # Counted in UTC, so that a night in which the clocks change has its true length.
    at = datetime.datetime.combine(day, opening.begins, zone).astimezone(datetime.UTC)
    ends = datetime.datetime.combine(day, opening.ends, zone).astimezone(datetime.UTC)
    length = datetime.timedelta(minutes=minutes)
    while at + length <= ends:
        steps = steps_of(at, minutes)
        if at >= earliest and busy[opening.staff_id].isdisjoint(steps):
            room = _room(opening.location, steps, taken)
            if room is not None:
                yield Slot(
                    starts_at=at,
                    staff_id=opening.staff_id,
                    staff=opening.staff.name,
                    location_id=opening.location_id,
                    location=opening.location.name,
                    room=room,
                )
        at += GRID


def _room(
    location: Location,
    steps: Sequence[datetime.datetime],
    taken: dict[tuple[int, str], set[datetime.datetime]],
) -> str | None:
    """Return a room that is free the whole time; '' if the location has no rooms on file, None if all are taken."""
    if not location.rooms:
        return ""
    return next((room for room in location.rooms if taken[location.pk, room].isdisjoint(steps)), None)
