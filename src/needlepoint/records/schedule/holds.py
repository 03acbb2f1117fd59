"""A time on hold while a patient confirms: send the code again, correct the address, release the time."""

from __future__ import annotations

import datetime

import msgspec
from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import RateLimitError, Refused
from needlepoint.records.models import BookingHold, OutboxMessage
from needlepoint.records.outbox.queue import queue_to
from needlepoint.records.schedule.booking import HELD_MINUTES, person_in
from needlepoint.records.values import Filling

__all__ = ["address_of", "correct_address", "release", "send_again"]

MOST_CODES = 5  # for one hold
LONGEST = datetime.timedelta(minutes=30)  # a hold lasts no longer, however often a code is sent


def address_of(booking_hold: BookingHold) -> str:
    """Return where the code goes: the email address or phone number that was entered."""
    person = person_in(booking_hold)
    return person.email if person.by == "email" else person.phone


@transaction.atomic
def send_again(booking_hold: BookingHold) -> None:
    """Send another code to the same address; queued ones are canceled.

    Raises Refused after MOST_CODES.
    """
    row = BookingHold.objects.select_for_update().get(pk=booking_hold.pk)
    sent = OutboxMessage.objects.filter(key__startswith=f"hold:{row.pk}:")
    number = sent.count()
    if number >= MOST_CODES:
        raise RateLimitError("Too many codes were sent. Call us.", "code")
    sent.filter(state=OutboxMessage.State.QUEUED).update(
        state=OutboxMessage.State.CANCELED, error="a newer code follows"
    )
    # No code is valid until the new one is made: one sent to another address proves nothing about this one.
    row.code, row.tries = "!", 0
    latest = row.made_at + LONGEST
    row.expires_at = max(
        row.expires_at, min(timezone.now() + datetime.timedelta(minutes=HELD_MINUTES), latest)
    )
    row.save(update_fields=["code", "tries", "expires_at"])
    person = person_in(row)
    key = f"hold:{row.pk}:{number}"
    queue_to(
        row.practice, person.by, address_of(row), person.language, "code", key, Filling(booking_hold=row.pk)
    )


@transaction.atomic
def correct_address(booking_hold: BookingHold, address: str) -> None:
    """Change the email address or phone number, and send a code to it. Raises Refused for an invalid one."""
    row = BookingHold.objects.select_for_update().get(pk=booking_hold.pk)
    person = person_in(row)
    field = "email" if person.by == "email" else "phone"
    person = msgspec.structs.replace(person, **{field: address.strip()})
    faults = person.faults()
    if faults:
        raise Refused(faults)
    row.person = person
    row.save(update_fields=["person"])
    send_again(row)


@transaction.atomic
def release(booking_hold: BookingHold) -> None:
    """Release the time: the same person has chosen another one."""
    OutboxMessage.objects.filter(
        key__startswith=f"hold:{booking_hold.pk}:", state=OutboxMessage.State.QUEUED
    ).update(state=OutboxMessage.State.CANCELED, error="another time was chosen")
    BookingHold.objects.filter(pk=booking_hold.pk).delete()
