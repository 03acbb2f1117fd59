"""The waitlist, and the times that are offered to it, each to one person."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.outcomes import out_of_quiet
from needlepoint.records.models import BookingHold, Patient, Practice, Task, Visit, VisitType, WaitlistEntry
from needlepoint.records.outbox.queue import queue
from needlepoint.records.portal.magic_links import digest_of, new_secret
from needlepoint.records.schedule.slots import hold
from needlepoint.records.schedule.times import Slot, free_slots
from needlepoint.records.settings.public_settings import outside_of, zone_of
from needlepoint.records.values import Offer

__all__ = ["offer_freed", "wait_for"]


@transaction.atomic
def wait_for(
    patient: Patient,
    service: VisitType,
    until: datetime.date,
    staff_id: int | None = None,
    instead_of: Visit | None = None,
) -> WaitlistEntry:
    """Join the waitlist. Idempotent."""
    today = timezone.localdate()
    if not today <= until <= today + datetime.timedelta(days=outside_of(patient.practice).days_ahead):
        raise Refused(Fault("until", str(until), "a day from today on that can still be booked"))
    row, _ = WaitlistEntry.objects.update_or_create(
        practice_id=patient.practice_id,
        patient=patient,
        service=service,
        closed_at=None,
        defaults={"until": until, "staff_id": staff_id, "instead_of": instead_of},
    )
    note_down_outside(patient.practice_id, patient.pk, "patient", "write", f"waiting {row.pk}")
    return row


@transaction.atomic
def offer_freed(practice: Practice) -> int:
    """Offer open times to the waitlist in order, each to one person only; return how many were offered.

    The rows are locked: of two concurrent runs the second sees who was offered something already.
    """
    now = timezone.now()
    today = now.astimezone(zone_of(practice)).date()
    WaitlistEntry.objects.filter(practice=practice, closed_at=None, until__lt=today).update(closed_at=now)
    line = (
        WaitlistEntry.objects.select_for_update(of=("self",))
        .filter(practice=practice, closed_at=None, offered__isnull=True)
        .select_related("patient__practice", "service", "instead_of")
    )
    return sum(_offer(row, today) for row in line.order_by("made_at", "pk"))


def _offer(row: WaitlistEntry, today: datetime.date) -> bool:
    """Hold the first time that fits for this person and tell them."""
    slot = _first_fitting(row, today)
    ends = _offer_ends(row, slot) if slot else None
    if slot is None or ends is None:
        return False
    booking_hold = _hold(row, slot, ends)
    if booking_hold is None:
        return False
    row.offered = Offer(booking_hold=booking_hold.pk, starts_at=slot.starts_at)
    row.offer_ends_at = ends
    row.save(update_fields=["offered", "offer_ends_at"])
    _send_offer(row, slot.starts_at)
    return True


def _first_fitting(row: WaitlistEntry, today: datetime.date) -> Slot | None:
    """Return the first open time that was not declined, and that is sooner than the visit they have."""
    days = (row.until - today).days + 1
    sooner = row.instead_of
    fitting = (
        slot
        for slot in free_slots(row.patient.practice, row.service, today, days, staff_id=row.staff_id)
        if slot.starts_at not in row.declined
        and (sooner is None or sooner.state != Visit.State.BOOKED or slot.starts_at < sooner.starts_at)
    )
    return next(fitting, None)


def _offer_ends(row: WaitlistEntry, slot: Slot) -> datetime.datetime | None:
    """Return until when they can answer; None when the visit would begin before they are notified.

    No message is sent in quiet hours: the offer, and the time for an answer, begin in the morning.
    """
    rules = outside_of(row.patient.practice)
    told_at = out_of_quiet(timezone.now(), zone_of(row.patient.practice, row.patient), rules.quiet)
    ends = min(told_at + datetime.timedelta(minutes=rules.offer_minutes), slot.starts_at)
    return ends if ends > told_at else None


def _hold(row: WaitlistEntry, slot: Slot, ends: datetime.datetime) -> BookingHold | None:
    """Hold the time for this person; None when it was taken meanwhile."""
    booking_hold = BookingHold.objects.create(
        practice_id=row.practice_id,
        service=row.service,
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        room=slot.room,
        starts_at=slot.starts_at,
        waitlist_entry=row,
        digest=digest_of(new_secret()),
        code="!",
        expires_at=ends,
    )
    try:
        hold(slot, row.service.minutes, booking_hold=booking_hold)
    except Refused:
        booking_hold.delete()
        return None
    return booking_hold


def _send_offer(row: WaitlistEntry, at: datetime.datetime) -> None:
    """Send the offer; if they cannot be reached, make a task to call them."""
    sent = queue(
        row.patient, "offer", f"offer:{row.pk}:{at.isoformat()}", link="offer", target=str(row.pk), when=at
    )
    if sent is None:
        Task.objects.create(
            practice_id=row.practice_id,
            patient=row.patient,
            title="A time is free for someone who waits: call them",
        )
