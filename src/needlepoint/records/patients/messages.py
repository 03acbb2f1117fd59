"""Messages between staff about a patient: written once, marked as read by the recipient."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Message, Patient, Staff

__all__ = ["read_message", "to_read", "write_message"]


def to_read(staff: Staff) -> QuerySet[Message]:
    """Return the unread messages for this staff member."""
    return Message.objects.filter(to=staff, read_at=None).select_related("patient", "by").order_by("at", "pk")


@transaction.atomic
def write_message(staff: Staff, patient_id: int, text: str, to_id: int | None = None) -> Message:
    """Write a message about a patient, to a colleague or to all readers of the chart."""
    if not text.strip():
        raise Refused(Fault("text", "nothing", "a word"))
    patient = Patient.objects.get(pk=patient_id, practice_id=staff.practice_id)
    to = Staff.objects.get(pk=to_id, practice_id=staff.practice_id) if to_id else None
    row = Message.objects.create(patient=patient, by=staff, to=to, text=text.strip()[:1000])
    record_audit(staff, "write", f"message {row.pk}", patient.pk)
    return row


@transaction.atomic
def read_message(staff: Staff, message_id: int) -> Message:
    """Mark it as read by the recipient."""
    row = Message.objects.select_for_update().get(pk=message_id, to=staff)
    if row.read_at is None:
        row.read_at = timezone.now()
        row.save(update_fields=["read_at"])
        record_audit(staff, "read", f"message {row.pk}", row.patient_id)
    return row
