"""Messages to a patient about a visit: booked, moved, canceled; the intake; the reminder."""

from __future__ import annotations

import datetime

from django.utils import timezone

from needlepoint.records.billing.prices import start_estimate
from needlepoint.records.models import Visit
from needlepoint.records.outbox.queue import queue
from needlepoint.records.settings.public_settings import outside_of

__all__ = ["tell", "tell_canceled"]


def tell(visit: Visit, kind: str) -> None:
    """Send the confirmation, the intake, and the reminder."""
    patient, at = visit.patient, visit.starts_at
    queue(patient, kind, f"{kind}:{visit.pk}:{visit.moved}", visit=visit, at_once=True, link="visit", when=at)
    remind_at = visit.starts_at - datetime.timedelta(hours=outside_of(visit.practice).remind_hours)
    if remind_at > timezone.now():
        key = f"reminder:{visit.pk}:{visit.moved}"
        queue(patient, "reminder", key, remind_at, visit=visit, link="visit", when=at)
    start_estimate(visit, "scheduled" if kind == "booked" else "changed")
    if kind == "booked":
        target = f"/me/visits/{visit.pk}/intake/"
        queue(patient, "intake", f"intake:{visit.pk}", visit=visit, at_once=True, link="open", target=target)


def tell_canceled(visit: Visit) -> None:
    """Send the cancellation."""
    at = visit.starts_at
    queue(visit.patient, "canceled", f"canceled:{visit.pk}:{visit.moved}", visit=visit, at_once=True, when=at)
