"""Tasks for the staff: with a due date, marked as done with name and time."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Patient, Staff, Task

__all__ = ["add_task", "finish_task", "open_tasks"]


def open_tasks(staff: Staff) -> QuerySet[Task]:
    """Return the practice's open tasks, urgent and oldest first."""
    rows = Task.objects.filter(practice_id=staff.practice_id, done_at=None).select_related("patient")
    return rows.order_by("-urgent", "due_on", "pk")


@transaction.atomic
def add_task(
    staff: Staff,
    title: str,
    due_on: datetime.date | None = None,
    patient_id: int | None = None,
    urgent: bool = False,
) -> Task:
    """Add a task for the practice, about a patient or none."""
    if not title.strip():
        raise Refused(Fault("title", "nothing", "what is to be done"))
    patient = Patient.objects.get(pk=patient_id, practice_id=staff.practice_id) if patient_id else None
    task = Task.objects.create(
        practice_id=staff.practice_id,
        patient=patient,
        title=title.strip()[:200],
        due_on=due_on,
        urgent=urgent,
    )
    record_audit(staff, "write", f"task {task.pk}", patient_id)
    return task


@transaction.atomic
def finish_task(staff: Staff, task_id: int) -> Task:
    """Mark it as done: by whom and when. Idempotent."""
    task = Task.objects.select_for_update().get(pk=task_id, practice_id=staff.practice_id)
    if task.done_at is None:
        task.done_at, task.done_by = timezone.now(), staff
        task.save(update_fields=["done_at", "done_by"])
        record_audit(staff, "write", f"task {task.pk}: done", task.patient_id)
    return task
