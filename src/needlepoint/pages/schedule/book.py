"""Scheduling at the front desk: choose a time in the calendar and confirm it, once or as a series; or the waitlist."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as say
from django.views.decorators.http import require_http_methods, require_POST

from needlepoint.base.refusal import NotPossible
from needlepoint.guard.roles import allowed, may
from needlepoint.pages.forms import BackForm, checked
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.schedule.calendar import pick_from
from needlepoint.pages.schedule.forms import BookForm, WaitForm
from needlepoint.pages.schedule.move import free_or_why, said_time, time_asked
from needlepoint.records.models import Patient, Visit, VisitType
from needlepoint.records.outbox.queue import reached_by
from needlepoint.records.schedule.booking import warn_desk
from needlepoint.records.schedule.desk import book_series, series_days, stop_waiting, wait_at_desk

__all__ = ["book_for", "leave_list", "wait"]


@allowed("desk")
@require_http_methods(["GET", "POST"])
def book_for(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Schedule a visit for a patient at the desk or on the phone. Nothing is booked before it is confirmed."""
    patient = get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
    services = list(VisitType.objects.filter(practice=request.staff.practice, active=True).order_by("pk"))
    asked = request.POST.get("service") or request.GET.get("service") or ""
    service = next((row for row in services if str(row.pk) == asked), services[0] if services else None)
    if request.method == "POST" and service is not None:
        return _booked(request, patient, service, checked(BookForm(request.POST)))
    context: dict[str, object] = {
        "patient": patient,
        "services": services,
        "service": service,
        "nav": "patients",
    }
    if service is None:
        return render(request, "pages/pick_time.html", context)
    time, fault = time_asked(request)
    if time is not None:
        context |= free_or_why(request, service, *time)
        return render(request, "pages/book.html", context | {"told_by": reached_by(patient, False)})
    return render(
        request, "pages/pick_time.html", context | pick_from(request, service, None) | {"fault": fault}
    )


def _booked(request: StaffRequest, patient: Patient, service: VisitType, form: BookForm) -> HttpResponse:
    time = form.chosen()
    if time is None:
        raise NotPossible("Choose a time that is open.", "time")
    sent = form.cleaned_data
    if sent["overbook"] and not may(request.staff, "overbook"):
        raise PermissionDenied("overbook")
    who, at = time
    days = series_days(request.staff.practice, at, form.weeks, form.visits)
    made, left = book_series(
        request.staff, patient, service, who, days, sent["reason"], overbook=sent["overbook"]
    )
    _tell(request, made, left)
    return redirect("patient", patient.pk)


def _tell(request: StaffRequest, made: list[Visit], left: list[datetime.datetime]) -> None:
    """Show what was booked, what was not, and the warning signs in the reason."""
    booked = "; ".join(said_time(visit.starts_at) for visit in made)
    messages.success(request, say("Scheduled: %(times)s.") % {"times": booked})
    if left:
        times = "; ".join(said_time(at) for at in left)
        messages.warning(request, say("Not open, so not scheduled: %(times)s.") % {"times": times})
    for title in warn_desk(made[0]):
        messages.error(request, title)


@allowed("desk")
@require_POST
def wait(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Add to the waitlist: the first open time is offered to the patient."""
    patient = get_object_or_404(Patient, pk=patient_id, practice_id=request.staff.practice_id)
    sent = checked(WaitForm(request.POST)).cleaned_data
    service = get_object_or_404(
        VisitType, pk=sent["service"], practice_id=request.staff.practice_id, active=True
    )
    wait_at_desk(request.staff, patient, service, sent["until"], sent["who"])
    messages.success(request, say("On the waitlist."))
    return redirect("patient", patient.pk)


@allowed("desk")
@require_POST
def leave_list(request: StaffRequest, waiting_id: int) -> HttpResponse:
    """Remove from the waitlist."""
    stop_waiting(request.staff, waiting_id)
    return redirect(checked(BackForm(request.POST)).back_or("/post/"))
