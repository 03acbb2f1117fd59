"""The first steps of a practice, from nothing to the first signed visit. A step is done when its record is there."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from needlepoint.records.models import (
    Availability,
    License,
    Location,
    Lot,
    Note,
    Patient,
    Practice,
    VisitType,
)

__all__ = ["FirstStep", "first_steps"]


class FirstStep(NamedTuple):
    """One step by its id, and whether it is done."""

    id: str
    done: bool


def first_steps(practice: Practice) -> list[FirstStep]:
    """Return the steps in their order, in one query; none once the first note is signed."""
    mine, today = OuterRef("pk"), timezone.localdate()
    places = Location.objects.in_use().filter(practice=mine)
    licensed = License.objects.filter(
        staff__practice=mine, staff__active=True, expires_on__gte=today,
        staff__practice__locations__state=F("state"), staff__practice__locations__active=True,
    ).exclude(staff__profession="")  # fmt: skip
    lots = Lot.objects.filter(practice=mine, recalled_at=None, expires_on__gte=today, vials__gt=0)
    row = Practice.objects.annotate(
        with_rooms=Exists(places.exclude(rooms=[])),
        with_license=Exists(licensed),
        with_types=Exists(VisitType.objects.filter(practice=mine, active=True)),
        with_hours=Exists(Availability.objects.filter(staff__practice=mine, staff__active=True)),
        with_stock=Exists(lots),
        with_patient=Exists(Patient.objects.filter(practice=mine)),
        with_note=Exists(Note.objects.filter(visit__practice=mine)),
    ).get(pk=practice.pk)
    if row.with_note:
        return []
    rules, billing = row.rules, row.billing
    return [
        FirstStep("practice", bool(billing.npi and billing.tax_id and billing.address)),
        FirstStep("location", row.with_rooms),
        FirstStep("staff", row.with_license),
        FirstStep("types", row.with_types),
        FirstStep("hours", row.with_hours),
        FirstStep("prices", row.has_fees),
        FirstStep("formulary", bool(rules.drugs)),
        FirstStep("limits", bool(rules.director and rules.accepted_on)),
        FirstStep("stock", row.with_stock),
        FirstStep("patient", row.with_patient),
        FirstStep("visit", False),
    ]
