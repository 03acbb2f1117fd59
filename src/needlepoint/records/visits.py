"""Visits on their way through the day: booked, received, brought to a room."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from needlepoint.guard.audit import note_down
from needlepoint.records.models import Episode, Location, Patient, Staff, Visit
from needlepoint.refusal import Fault, Refused

__all__ = ["NEXT", "move", "start_visit"]

# From which state a patient is moved on to which, at the desk.
NEXT = {"booked": "arrived", "arrived": "in_room", "intake_done": "in_room", "in_room": "to_sign"}
DESK = ("booked", "arrived", "intake_done", "in_room", "to_sign", "cancelled")


@transaction.atomic
def move(staff: Staff, visit_id: int, state: str, room: str = "") -> Visit:
    """Set the state of a visit; Refused for a signed one and for a state that the desk cannot give."""
    visit = Visit.objects.select_for_update().get(pk=visit_id, practice_id=staff.practice_id)
    if state not in DESK:
        raise Refused(Fault("state", repr(state), f"one of {', '.join(DESK)}"))
    if visit.state == Visit.State.DONE:
        raise Refused(Fault("state", "a signed visit", "an open one"))
    visit.state = state
    if state == Visit.State.ARRIVED and visit.arrived_at is None:
        visit.arrived_at = timezone.now()
    if room:
        visit.room = room[:20]
    visit.save(update_fields=["state", "arrived_at", "room"])
    note_down(staff, "write", f"visit {visit.pk}: {state}", visit.patient_id)
    return visit


@transaction.atomic
def start_visit(
    staff: Staff, patient: Patient, clinician: Staff, starts_at: datetime.datetime, reason: str = ""
) -> Visit:
    """A visit for a patient, in the open episode or a new one."""
    location = (
        Location.objects.select_related("practice")
        .filter(practice_id=staff.practice_id)
        .order_by("pk")
        .first()
    )
    if location is None:
        raise Refused(Fault("location", "none", "a location in the settings"))
    episode = patient.episodes.filter(closed_on=None).order_by("-opened_on").first()
    if episode is None:
        zone = ZoneInfo(location.practice.timezone)
        episode = Episode.objects.create(patient=patient, opened_on=starts_at.astimezone(zone).date())
    visit = Visit.objects.create(
        practice_id=staff.practice_id,
        location=location,
        patient=patient,
        episode=episode,
        clinician=clinician,
        starts_at=starts_at,
        reason=reason[:200],
    )
    note_down(staff, "write", f"visit {visit.pk}: booked", patient.pk)
    return visit
