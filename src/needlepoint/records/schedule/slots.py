"""The minutes of clinicians and rooms: held by unique rows of the database, so that nobody is booked twice."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction

from needlepoint.base.refusal import Fault, Refused
from needlepoint.records.models import Held
from needlepoint.records.schedule.times import Slot, steps_of

__all__ = ["hold", "taken"]


def taken(starts_at: datetime.datetime) -> Refused:
    """The refusal of a time that somebody else has."""
    given = f"{starts_at:%Y-%m-%d %H:%M} UTC, which is taken or not offered"
    return Refused(Fault("time", given, "a time that is free", "Choose another one."))


def hold(slot: Slot, minutes: int, **by: Any) -> None:
    """Take each five minutes; Refused when one of them went meanwhile."""
    rows = [
        Held(staff_id=slot.staff_id, location_id=slot.location_id, room=slot.room, at=at, **by)
        for at in steps_of(slot.starts_at, minutes)
    ]
    try:
        with transaction.atomic():
            Held.objects.bulk_create(rows)
    except IntegrityError:
        raise taken(slot.starts_at) from None
