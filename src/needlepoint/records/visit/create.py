"""A new visit: scheduled, or a walk-in."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import NotPossible
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import (
    Availability,
    Episode,
    Location,
    Patient,
    Practice,
    Staff,
    Visit,
    VisitType,
)
from needlepoint.records.settings.public_settings import zone_of
from needlepoint.records.visit.act import act
from needlepoint.visit.commands import CheckIn

__all__ = ["new_visit", "walk_in"]


def new_visit(
    practice: Practice,
    patient: Patient,
    clinician_id: int,
    location_id: int,
    starts_at: datetime.datetime,
    service: VisitType | None = None,
    reason: str = "",
    by_patient: bool = False,
) -> Visit:
    """Create a scheduled visit in the patient's open episode or in a new one. The caller has locked its time."""
    episode = patient.episodes.filter(closed_on=None).order_by("-opened_on").first()
    if episode is None:
        opened = starts_at.astimezone(zone_of(practice)).date()
        episode = Episode.objects.create(patient=patient, opened_on=opened)
    return Visit.objects.create(
        practice=practice,
        location_id=location_id,
        patient=patient,
        episode=episode,
        clinician_id=clinician_id,
        service=service,
        starts_at=starts_at,
        minutes=service.minutes if service else Visit._meta.get_field("minutes").default,
        reason=reason.strip()[:200],
        by_patient=by_patient,
    )


@transaction.atomic
def walk_in(
    staff: Staff, patient: Patient, clinician: Staff, location: Location | None = None, reason: str = ""
) -> Visit:
    """Create a walk-in visit: checked in, with this clinician, at their location."""
    if not clinician.profession or clinician.practice_id != staff.practice_id or not clinician.active:
        raise NotPossible("Choose a clinician of this practice.", "clinician")
    place = location or _place_today(clinician)
    visit = new_visit(staff.practice, patient, clinician.pk, place.pk, timezone.now(), reason=reason)
    record_audit(staff, "write", f"visit {visit.pk}: walk-in", patient.pk)
    return act(staff, visit.pk, CheckIn())


def _place_today(clinician: Staff) -> Location:
    """Return where the clinician works today, or the practice's only location; Refused when it must be chosen."""
    places = list(Location.objects.in_use().filter(practice_id=clinician.practice_id).order_by("pk"))
    if len(places) == 1:
        return places[0]
    today = timezone.now().astimezone(zone_of(clinician.practice))
    here = Availability.objects.filter(staff=clinician, weekday=today.weekday()).values_list("location_id")
    found = [place for place in places if (place.pk,) in set(here)]
    if len(found) != 1:
        raise NotPossible("Choose the location of this visit.", "location")
    return found[0]
