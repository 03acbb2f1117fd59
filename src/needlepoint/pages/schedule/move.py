"""Rescheduling a visit: choose a time in the calendar, review it, confirm it."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as say
from django.views.decorators.http import require_http_methods

from needlepoint.base.refusal import NotPossible, Refused
from needlepoint.guard.roles import allowed, may
from needlepoint.pages.forms import checked
from needlepoint.pages.refusals import plain_words
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.schedule.calendar import pick_from
from needlepoint.pages.schedule.forms import MoveForm
from needlepoint.pages.templatetags.plain import clock
from needlepoint.pages.templatetags.plain import day as day_words
from needlepoint.records.models import Staff, Visit, VisitType
from needlepoint.records.outbox.queue import reached_by
from needlepoint.records.schedule.desk import find_time, kind_of, reschedule
from needlepoint.visit.facts import State

__all__ = ["free_or_why", "move", "said_time", "time_asked"]

NOT_BOOKED = NotPossible("Only a visit that is scheduled is moved. Undo its check-in first.", "visit")


@allowed("receive")
@require_http_methods(["GET", "POST"])
def move(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Choose another time (a page of open times), review it (one page), and confirm."""
    rows = Visit.objects.select_related("patient", "clinician", "location", "service", "practice")
    visit = get_object_or_404(rows, pk=visit_id, practice_id=request.staff.practice_id)
    if visit.state != State.BOOKED.value:
        raise NOT_BOOKED
    if request.method == "POST":
        return _moved(request, visit, checked(MoveForm(request.POST)))
    context: dict[str, object] = {"visit": visit, "patient": visit.patient, "nav": "schedule"}
    time, fault = time_asked(request)
    if time is not None:
        context |= free_or_why(request, kind_of(visit), *time, ignore=visit.pk)
        return render(request, "pages/move.html", context | {"told_by": reached_by(visit.patient, False)})
    picked = pick_from(request, kind_of(visit), visit.clinician_id, visit.day, visit.pk)
    return render(request, "pages/pick_time.html", context | picked | {"fault": fault})


def _moved(request: StaffRequest, visit: Visit, form: MoveForm) -> HttpResponse:
    time = form.chosen()
    if time is None:
        raise NotPossible("Choose a time that is open.", "time")
    overbook = form.cleaned_data["overbook"]
    if overbook and not may(request.staff, "overbook"):
        raise PermissionDenied("overbook")
    moved = reschedule(request.staff, visit, *time, overbook=overbook)
    messages.success(request, say("Moved to %(when)s.") % {"when": said_time(moved.starts_at)})
    day = moved.day.isoformat()
    return redirect(f"/schedule/?view=day&day={day}")


def time_asked(request: StaffRequest) -> tuple[tuple[int, datetime.datetime] | None, str]:
    """Return the time in the address, and what is wrong with one that was entered by hand."""
    form = MoveForm(request.GET)
    if not form.is_valid():
        return None, str(next(iter(form.errors.values()))[0])
    return form.chosen(), ""


def free_or_why(
    request: StaffRequest, service: VisitType, who: int, at: datetime.datetime, ignore: int | None = None
) -> dict[str, object]:
    """Return what the confirmation page shows of a time: who, when, where, and why it would overbook."""
    person = get_object_or_404(Staff, pk=who, practice_id=request.staff.practice_id, active=True)
    context: dict[str, object] = {"to": person, "at": at, "slot": f"{who}-{at:%Y%m%dT%H%M}"}
    try:
        slot = find_time(request.staff.practice, service, who, at, ignore)
    except Refused as refusal:
        return context | {"why_not": plain_words(refusal)[0], "may_overbook": may(request.staff, "overbook")}
    return context | {"place": slot.location, "room": slot.room}


def said_time(at: datetime.datetime) -> str:
    """Return a time in words: Monday, November 23, 2:30 PM."""
    return f"{day_words(at)}, {clock(at)}"
