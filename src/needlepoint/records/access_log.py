"""The access log for people: who viewed or changed what, when, from where."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Patient, Practice, Staff, Visit

__all__ = ["AccessLogEntry", "entries", "of_patient", "of_practice"]

VISIT = re.compile(r"\bvisit (\d+)\b|\bpage (?:visit|me-visit|intake)[\w-]* (\d+)\b")


class AccessLogEntry(NamedTuple):
    """One row. `thing`: note, consent, visit, ... or ''; `on`: the day of the visit concerned."""

    at: datetime.datetime
    who: str
    name: str
    role: str
    action: str
    thing: str
    on: datetime.date | None
    outcome: str
    address: str
    patients: list[Patient]


# The subject of a row is the first of these words in it.
THINGS = (
    "note", "consent", "drawing", "versions", "price", "estimate", "aftercare", "why", "everything", "picture",
    "message", "code", "tablet", "intake", "visit", "patient", "staff", "practice", "lot", "task", "bills", "settings",
    "receipt", "superbill", "account", "cash", "reports",
)  # fmt: skip


def of_practice(practice: Practice) -> QuerySet[AuditEvent]:
    """Return every row of a practice, the newest first."""
    return AuditEvent.objects.filter(practice_id=practice.pk).order_by("-pk")


def of_patient(patient: Patient) -> QuerySet[AuditEvent]:
    """Return the rows about one patient, including lists and searches that showed them."""
    rows = of_practice(patient.practice)
    if connection.vendor == "sqlite":
        listed = "EXISTS (SELECT 1 FROM json_each(guard_auditevent.patients) WHERE json_each.value = %s)"
        shown = rows.extra(where=[listed], params=[patient.pk])
    else:
        shown = rows.filter(patients__contains=[patient.pk])
    return rows.filter(Q(patient_id=patient.pk) | Q(pk__in=shown.order_by().values("pk")))


def entries(events: Iterable[AuditEvent]) -> list[AccessLogEntry]:
    """Return rows with names instead of ids, in four queries."""
    rows = list(events)
    staff = Staff.objects.in_bulk({row.staff_id for row in rows if row.staff_id})
    ids = {row.patient_id for row in rows if row.patient_id} | {pk for row in rows for pk in row.patients}
    patients = Patient.objects.in_bulk(ids)
    days = {
        visit.pk: visit.day for visit in Visit.objects.filter(pk__in=_visits(rows)).select_related("practice")
    }
    found = []
    for row in rows:
        shown = [
            patients[pk] for pk in ([row.patient_id] if row.patient_id else row.patients) if pk in patients
        ]
        name = staff[row.staff_id].name if row.staff_id in staff else ""
        on = days.get(_visit(row.what) or 0)
        found.append(
            AccessLogEntry(
                row.at,
                row.who,
                name,
                row.role,
                row.action,
                _thing(row.what),
                on,
                row.outcome,
                row.address,
                shown,
            )
        )
    return found


def _visits(rows: list[AuditEvent]) -> set[int]:
    return {pk for row in rows if (pk := _visit(row.what)) is not None}


def _visit(what: str) -> int | None:
    found = VISIT.search(what)
    text = next((group for group in found.groups() if group), "") if found else ""
    return int(text) if text and len(text) < 19 else None


def _thing(what: str) -> str:
    words = re.findall(r"[a-z]+", what.lower())
    return next((thing for thing in THINGS if thing in words or f"{thing}s" in words), "")
