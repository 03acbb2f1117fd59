"""Visits as iCalendar (RFC 5545). Nothing of a person's health stands in it: calendars are shared and shown."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vText

from needlepoint.records.models import Visit

__all__ = ["calendar_of"]


def calendar_of(visits: Sequence[Visit]) -> bytes:
    """The calendar; a cancelled visit stays in it as cancelled, so that it goes away where it was taken over."""
    calendar = Calendar()
    calendar.add("prodid", "-//NP//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for visit in visits:
        calendar.add_component(_event(visit))
    return bytes(calendar.to_ical())


def _event(visit: Visit) -> Event:
    event = Event()
    event.add("uid", f"visit-{visit.pk}@{settings.MAIL_DOMAIN}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.starts_at + datetime.timedelta(minutes=visit.minutes))
    event.add("summary", f"{visit.practice.name}")
    event.add("sequence", visit.moved + (1 if visit.state == Visit.State.CANCELLED else 0))
    event.add("status", "CANCELLED" if visit.state == Visit.State.CANCELLED else "CONFIRMED")
    address = visit.location.address
    where = ", ".join(
        part for part in (visit.location.name, address.get("line1"), address.get("city")) if part
    )
    event["location"] = vText(where)
    return event
