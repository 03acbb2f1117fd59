"""The minutes of clinicians and rooms: unique rows of the database, so that double booking is impossible."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from needlepoint.base.refusal import NotPossible
from needlepoint.records.models import SlotLock
from needlepoint.records.schedule.times import Slot, steps_of

__all__ = ["hold", "taken"]


def taken() -> NotPossible:
    """Return the refusal for a time that is taken."""
    return NotPossible("This time is no longer open. Choose a time that is free.", "time")


def hold(slot: Slot, minutes: int, overbook: bool = False, **by: Any) -> None:
    """Lock each five minutes; Refused when one of them was taken meanwhile.

    With `overbook` only the open ones are locked: two visits share the others.
    """
    rows = [
        SlotLock(staff_id=slot.staff_id, location_id=slot.location_id, room=slot.room, at=at, **by)
        for at in steps_of(slot.starts_at, minutes)
    ]
    if overbook:
        SlotLock.objects.bulk_create(rows, ignore_conflicts=True)
        return
    try:
        with transaction.atomic():
            SlotLock.objects.bulk_create(rows)
    except IntegrityError:
        raise taken() from None
