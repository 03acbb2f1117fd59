"""A patient's first page: upcoming and past visits, pain over time, the waitlist, sign-out."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from needlepoint.pages.charts import pain_chart
from needlepoint.pages.portal.forms import LeaveForm, OwnFeedbackForm, PortalWaitForm
from needlepoint.pages.portal.page import number_of, page, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.requests import PatientRequest, Request
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.models import FollowUpSurvey, Patient, Visit, VisitType
from needlepoint.records.patients.feedback import submit_feedback, warnings_said
from needlepoint.records.patients.warning_signs import Warning, hear
from needlepoint.records.portal.access import let_out, seen_by, sign_out_everywhere
from needlepoint.records.portal.accounts import visits_of
from needlepoint.records.schedule.hours import open_now
from needlepoint.records.schedule.waitlist import offer_freed, wait_for
from needlepoint.records.settings.public_settings import outside_of

__all__ = ["complain", "leave", "show", "trend", "wait"]

MOST_TREND = 60  # points of the chart: a hundred visits would be no clearer
MOST_DRAWN = 4


@for_patient
@require_GET
def show(request: PatientRequest) -> HttpResponse:
    """Upcoming and past visits, and documents to read."""
    seen(request, "own pages")
    number = number_of(request.GET.get("said", ""))
    said = request.me.patient.feedback.filter(pk=number).first() if number else None
    return _home(request, OwnFeedbackForm(), warnings_said(said) if said else [], said=said)


def _home(
    request: PatientRequest,
    feedback: OwnFeedbackForm,
    warnings: list[Warning],
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    patient = request.me.patient
    visits = visits_of(patient)
    now = timezone.now()
    ahead = [row for row in visits if row.starts_at > now and row.state == Visit.State.BOOKED]
    return page(
        request, "me", "me", status, ahead=ahead[::-1], past=[row for row in visits if row not in ahead],
        has_account=request.user.is_authenticated, shared_email=_shares_email(patient), trend=_pains(patient),
        drawn=[row for row in visits if row.facts.reported.drawing or row.facts.reported.regions][:MOST_DRAWN],
        services=_services(patient), waits=patient.waitlist_entries.filter(closed_at=None).select_related("service"),
        feedback=feedback, warnings=warnings, hours=open_now(patient.practice) if warnings else None, **more,
    )  # fmt: skip


def _shares_email(patient: Patient) -> bool:
    """Whether another patient here has the same email: an account by it would open the pages of both."""
    rows = Patient.objects.filter(practice_id=patient.practice_id, email__iexact=patient.email)
    return bool(patient.email) and rows.exclude(pk=patient.pk).exists()


def _services(patient: Patient) -> QuerySet[VisitType]:
    return VisitType.objects.filter(practice_id=patient.practice_id, active=True).order_by("pk")


@for_patient
@require_POST
def wait(request: PatientRequest) -> HttpResponse:
    """Join the waitlist."""
    patient = request.me.patient
    form = PortalWaitForm(_services(patient), request.POST)
    if not form.is_valid():
        raise Http404
    last = timezone.localdate() + datetime.timedelta(days=outside_of(patient.practice).days_ahead)
    wait_for(patient, form.cleaned_data["service"], last)
    offer_freed(patient.practice)
    return redirect("me")


@for_patient
@require_POST
def complain(request: PatientRequest) -> HttpResponse:
    """Praise, an idea or a complaint from a signed-in patient."""
    patient = request.me.patient
    form = OwnFeedbackForm(request.POST)
    if not form.is_valid():
        return _home(request, form, hear(patient.practice, patient, "feedback", [form.typed("text")]), 422)
    row = submit_feedback(patient.practice, contact="", lang=lang_of(), patient=patient, **form.cleaned_data)
    return redirect(f"{reverse('me')}?said={row.pk}")


@for_patient
@require_GET
def trend(request: PatientRequest) -> HttpResponse:
    """Pain over time."""
    return HttpResponse(
        pain_chart(_pains(request.me.patient), "dark" in request.GET, lang_of()), content_type="image/svg+xml"
    )


@require_POST
def leave(request: Request) -> HttpResponse:
    """Sign out of this browser and of a patient's or helper's account; if asked, on every device."""
    form = LeaveForm(request.POST)
    if form.is_valid() and form.cleaned_data["everywhere"]:
        for me in seen_by(request):
            if me.who == "patient":
                sign_out_everywhere(me.patient)
    let_out(request)
    if request.user.is_authenticated and request.staff is None:
        logout(request)
    return redirect("home")


def _pains(patient: Patient) -> list[tuple[Any, float, float | None]]:
    """Return (day, pain before, pain after or None) of each visit and survey, in order of time."""
    found: list[tuple[Any, float, float | None]] = []
    shown = Visit.objects.filter(patient=patient).select_related("practice")
    for row in shown.order_by("-starts_at", "-pk")[:MOST_TREND]:
        if row.facts.reported.pain_now is not None:
            found.append((row.day, float(row.facts.reported.pain_now), row.facts.observed.pain_after))
    checks = FollowUpSurvey.objects.filter(visit__patient=patient, pain__isnull=False).order_by(
        "-answered_at"
    )
    for check in checks[:MOST_TREND]:
        if check.answered_at is not None and check.pain is not None:
            found.append((check.answered_at.date(), float(check.pain), None))
    return sorted(found, key=lambda row: row[0])
