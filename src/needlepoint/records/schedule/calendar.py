"""Visits as iCalendar (RFC 5545). They contain no health information: calendars are shared and displayed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Alarm, Calendar, Event, vText

from needlepoint.records.models import Visit
from needlepoint.records.settings.public_settings import address_line, outside_of

__all__ = ["calendar_of"]

REMIND = datetime.timedelta(hours=2)  # the calendar's own alarm before a visit


def calendar_of(visits: Sequence[Visit], url: str = "") -> bytes:
    """Return the calendar; a canceled visit stays in it as canceled, so that other calendars remove it.

    `url`: where the visit can be viewed, rescheduled and canceled; included in each event.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//NP//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for visit in visits:
        calendar.add_component(_event(visit, url))
    return bytes(calendar.to_ical())


def _event(visit: Visit, url: str) -> Event:
    event = Event()
    event.add("uid", f"visit-{visit.pk}@{urlsplit(settings.PUBLIC_URL).hostname or settings.MAIL_DOMAIN}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.starts_at + datetime.timedelta(minutes=visit.minutes))
    event.add("summary", f"{visit.practice.name}")
    event.add("sequence", visit.moved + (1 if visit.state == Visit.State.CANCELED else 0))
    event.add("status", "CANCELLED" if visit.state == Visit.State.CANCELED else "CONFIRMED")
    event["location"] = vText(address_line(visit.location))
    phone = outside_of(visit.practice).phone
    event.add("description", "\n".join(line for line in (visit.clinician.name, phone, url) if line))
    if url:
        event.add("url", url)
    if visit.state != Visit.State.CANCELED:
        event.add_component(_alarm(visit))
    return event


def _alarm(visit: Visit) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", visit.practice.name)
    alarm.add("trigger", -REMIND)
    return alarm
