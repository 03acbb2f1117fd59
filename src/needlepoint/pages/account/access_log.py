"""The access log: for the owner all of it, or who looked at one chart."""

from __future__ import annotations

import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.models import AuditEvent
from needlepoint.guard.roles import allowed
from needlepoint.pages.account.forms import LogForm
from needlepoint.pages.requests import StaffRequest
from needlepoint.records.access_log import entries, of_patient, of_practice
from needlepoint.records.models import Patient, Staff

__all__ = ["by_page", "of_chart", "whole"]

PAGE = 50


def by_page(request: HttpRequest, rows: QuerySet[AuditEvent]) -> dict[str, object]:
    """Return one page of rows, and where the next one begins."""
    asked = LogForm(request.GET).asked()
    if asked.before:
        rows = rows.filter(pk__lt=asked.before)
    found: list[AuditEvent] = list(rows[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return {"entries": entries(found[:PAGE]), "older": older}


@allowed("settings")
@require_GET
def whole(request: StaffRequest) -> HttpResponse:
    """The access log of the practice, by staff member, day and outcome."""
    practice = request.staff.practice
    rows, asked = of_practice(practice), LogForm(request.GET).asked()
    if asked.day:
        rows = rows.filter(at__date=asked.day)
    if asked.staff:
        rows = rows.filter(staff_id=asked.staff)
    if asked.only:
        rows = rows.exclude(outcome="ok")
    record_audit(request.staff, "read", "practice: access log")
    context = by_page(request, rows) | {
        "people": Staff.objects.filter(practice=practice).order_by("name"),
        "asked": {
            "staff": str(asked.staff or ""),
            "only": asked.only,
            "day": _iso(asked.day),
        },
        "nav": "settings",
    }
    return render(request, "pages/access_log.html", context)


def _iso(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


@allowed("settings")
@require_GET
def of_chart(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Who viewed this chart."""
    patient = get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
    context = by_page(request, of_patient(patient)) | {"patient": patient, "nav": "patients"}
    record_audit(request.staff, "read", f"access log of patient {patient.pk}", patient.pk)
    return render(request, "pages/access_log.html", context)
