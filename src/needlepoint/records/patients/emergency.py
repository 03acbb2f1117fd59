"""Emergency access: the few facts that an ambulance asks for, to staff whose role shows no charts.

Each use needs a reason, is recorded in the access log, which the patient can read, and makes an urgent task.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from needlepoint.base.refusal import NotAllowed
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import may
from needlepoint.records.models import Patient, PatientListItem, Staff, Task, Visit

__all__ = ["EmergencyFacts", "open_in_emergency"]

MOST_VISITS = 3


class EmergencyFacts(NamedTuple):
    """What is shown: allergies, medicines, conditions, the newest visits."""

    allergies: list[PatientListItem]
    medicines: list[PatientListItem]
    conditions: list[PatientListItem]
    visits: list[Visit]


@transaction.atomic
def open_in_emergency(staff: Staff, patient: Patient, reason: str) -> EmergencyFacts:
    """Note who opened it and why, alert the practice, and return the facts."""
    if not may(staff, "desk") or staff.practice_id != patient.practice_id:
        raise NotAllowed("You do not have access to this. If you work here, ask the practice owner.")
    record_audit(staff, "emergency", f"patient {patient.pk}: {reason}", patient.pk)
    title = f"Emergency access by {staff.name}: {reason}"
    Task.objects.create(practice_id=staff.practice_id, patient=patient, title=title[:200], urgent=True)
    rows = list(patient.list_items.filter(voided_at=None).order_by("pk"))
    visits = patient.visits.exclude(state__in=("canceled", "no_show")).select_related("clinician", "practice")
    kinds = PatientListItem.Kind
    return EmergencyFacts(
        allergies=[row for row in rows if row.kind == kinds.ALLERGY],
        medicines=[row for row in rows if row.kind == kinds.MEDICINE],
        conditions=[row for row in rows if row.kind == kinds.CONDITION],
        visits=list(visits.prefetch_related("sites").order_by("-starts_at")[:MOST_VISITS]),
    )
