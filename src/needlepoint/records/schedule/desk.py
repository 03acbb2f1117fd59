"""Scheduling at the front desk: reschedule, book one or a series, overbook, manage the waitlist."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import NotPossible
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import (
    Availability,
    BookingHold,
    Location,
    Patient,
    Practice,
    Staff,
    Visit,
    VisitType,
    WaitlistEntry,
)
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import Slot, free_slots, may_do
from needlepoint.records.visit.act import act
from needlepoint.visit.commands import Reschedule

__all__ = [
    "MOST_REPEATS", "book_series", "find_time", "free_for", "kind_of", "reschedule", "series_days", "stop_waiting",
    "wait_at_desk",
]  # fmt: skip

MOST_REPEATS = 12  # visits of one series
NOT_FREE = NotPossible("This time is not open. Choose another one, or overbook it.", "time")
NOT_LICENSED = NotPossible(
    "This clinician has no license for this visit there. Choose another clinician.", "time"
)
NO_PLACE = NotPossible(
    "This clinician has no office hours at any location. Enter them in the settings.", "time"
)
PAST = NotPossible("This time has passed. Choose a time that is still ahead.", "time")


def kind_of(visit: Visit) -> VisitType:
    """Return the visit type; for a walk-in, which has none, one of its length without requirements."""
    return visit.service or VisitType(practice=visit.practice, minutes=visit.minutes, technique="")


def free_for(
    practice: Practice,
    service: VisitType,
    first: datetime.date,
    days: int,
    staff_id: int,
    ignore: int | None = None,
) -> list[Slot]:
    """Return the open times of one clinician for the front desk."""
    return free_slots(practice, service, first, days, staff_id=staff_id, ignore_visit=ignore, by_staff=True)


def find_time(
    practice: Practice,
    service: VisitType,
    staff_id: int,
    starts_at: datetime.datetime,
    ignore: int | None = None,
    overbook: bool = False,
) -> Slot:
    """Return the chosen time. Raises Refused when it is not open and is not to be overbooked."""
    if starts_at < timezone.now():
        raise PAST
    day = starts_at.astimezone(ZoneInfo(practice.timezone)).date()
    slots = free_for(practice, service, day, 1, staff_id, ignore)
    found = next((slot for slot in slots if slot.starts_at == starts_at), None)
    if found is not None:
        return found
    if not overbook:
        raise NOT_FREE
    return _forced(practice, service, staff_id, starts_at, day)


def _forced(
    practice: Practice, service: VisitType, staff_id: int, starts_at: datetime.datetime, day: datetime.date
) -> Slot:
    """Return a time beside another visit or outside of availability; scope of practice still applies."""
    person = Staff.objects.filter(practice=practice, active=True).exclude(profession="").get(pk=staff_id)
    place = _place(practice, person, day)
    if not may_do(person, place.state, service.technique, day):
        raise NOT_LICENSED
    return Slot(
        starts_at=starts_at,
        staff_id=person.pk,
        staff=person.name,
        location_id=place.pk,
        location=place.name,
        room="",
    )


def _place(practice: Practice, person: Staff, day: datetime.date) -> Location:
    """Return where the clinician is on this weekday, or on any day, or the practice's only location."""
    rows = Availability.objects.filter(staff=person).select_related("location").order_by("pk")
    here = rows.filter(weekday=day.weekday()).first() or rows.first()
    if here is not None:
        return here.location
    places = list(Location.objects.in_use().filter(practice=practice)[:2])
    if len(places) != 1:
        raise NO_PLACE
    return places[0]


@transaction.atomic
def reschedule(
    staff: Staff, visit: Visit, clinician_id: int, starts_at: datetime.datetime, overbook: bool = False
) -> Visit:
    """Change time or clinician; the new minutes are taken before the old ones are released; the patient is notified."""
    service = kind_of(visit)
    slot = find_time(staff.practice, service, clinician_id, starts_at, visit.pk, overbook)
    command = Reschedule(
        starts_at=slot.starts_at,
        minutes=service.minutes,
        clinician=slot.staff_id,
        place=slot.location_id,
        room=slot.room,
        overbook=overbook,
    )
    return act(staff, visit.pk, command)


def series_days(
    practice: Practice, starts_at: datetime.datetime, weeks: int, times: int
) -> list[datetime.datetime]:
    """Return the same local time every so many weeks; `times` includes the first one."""
    zone = ZoneInfo(practice.timezone)
    local = starts_at.astimezone(zone)
    days = [local.date() + datetime.timedelta(weeks=weeks * number) for number in range(times)]
    return [datetime.datetime.combine(day, local.time(), zone).astimezone(datetime.UTC) for day in days]


@transaction.atomic
def book_series(
    staff: Staff,
    patient: Patient,
    service: VisitType,
    clinician_id: int,
    times: list[datetime.datetime],
    reason: str = "",
    overbook: bool = False,
) -> tuple[list[Visit], list[datetime.datetime]]:
    """Return the booked visits, and the times that were not open. Raises Refused when the first one is not."""
    made: list[Visit] = []
    left: list[datetime.datetime] = []
    for number, at in enumerate(times):
        try:
            slot = find_time(staff.practice, service, clinician_id, at, overbook=overbook)
            made.append(book(staff, patient, service, slot, reason, overbook=overbook))
        except NotPossible:
            if number == 0:
                raise
            left.append(at)
    return made, left


@transaction.atomic
def wait_at_desk(
    staff: Staff, patient: Patient, service: VisitType, until: datetime.date, clinician_id: int | None
) -> WaitlistEntry:
    """Add to the waitlist at the front desk. Idempotent."""
    if until < timezone.localdate():
        raise PAST
    row, _ = WaitlistEntry.objects.update_or_create(
        practice_id=staff.practice_id,
        patient=patient,
        service=service,
        closed_at=None,
        defaults={"until": until, "staff_id": clinician_id},
    )
    record_audit(staff, "write", f"waiting {row.pk}", patient.pk)
    return row


@transaction.atomic
def stop_waiting(staff: Staff, waiting_id: int) -> None:
    """Remove from the waitlist; a time that is held for them is released."""
    row = WaitlistEntry.objects.select_for_update().get(
        pk=waiting_id, practice_id=staff.practice_id, closed_at=None
    )
    BookingHold.objects.filter(waitlist_entry=row).delete()
    row.closed_at, row.offered, row.offer_ends_at = timezone.now(), None, None
    row.save(update_fields=["closed_at", "offered", "offer_ends_at"])
    record_audit(staff, "write", f"waiting {row.pk}: off the list", row.patient_id)
