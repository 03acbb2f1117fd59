"""One visit with its papers: confirmation, rescheduling, why these muscles, aftercare, note, drawing."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from needlepoint.anatomy.drawing import Drawing
from needlepoint.anatomy.picture import complaint_picture
from needlepoint.outcomes import load_moments
from needlepoint.pages.portal.forms import ManageForm
from needlepoint.pages.portal.page import mine, page, pdf, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.public_site.public_access import rate_limit
from needlepoint.pages.requests import PatientRequest
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.models import FollowUpSurvey, Visit
from needlepoint.records.notes.printed import printed_note
from needlepoint.records.portal.accounts import shared_notes
from needlepoint.records.portal.checkins import course_after
from needlepoint.records.portal.handouts import aftercare_of, aftercare_pdf, why_of, why_pdf
from needlepoint.records.portal.magic_links import make_link
from needlepoint.records.schedule.booking import warnings_booked
from needlepoint.records.schedule.calendar import calendar_of
from needlepoint.records.schedule.hours import open_now

__all__ = ["aftercare", "booked", "drawing", "manage", "note", "visit", "visit_ics", "why"]


@for_patient
@require_GET
def visit(request: PatientRequest, visit_id: int) -> HttpResponse:
    """One visit with its papers."""
    row = mine(request, visit_id)
    seen(request, f"visit {visit_id}")
    note_row = shared_notes(request.me.patient).filter(visit_id=visit_id).first()
    treated = any(site.given for site in row.sites.all())
    planned = any(site.planned for site in row.sites.all())
    answers = [
        (load_moments()[check.moment], check)
        for check in FollowUpSurvey.objects.filter(visit=row, pain__isnull=False).order_by("due_at")
    ]
    intake = getattr(row, "intake", None)
    return page(
        request, "me_visit", "me", visit=row, note=note_row, treated=treated, planned=planned, answers=answers,
        course=course_after(row), ahead=_is_ahead(row),
        handed_in=intake is not None and intake.handed_in_at is not None, drawn=bool(row.facts.reported.drawing),
    )  # fmt: skip


@for_patient
@require_GET
def booked(request: PatientRequest, visit_id: int) -> HttpResponse:
    """The confirmation: what, when, with whom, where, how to prepare, and what to do next."""
    row = mine(request, visit_id)
    if not _is_ahead(row):
        return redirect("me-visit", visit_id)
    seen(request, f"visit {visit_id}")
    warnings = warnings_booked(row) if row.by_patient else []
    hours = open_now(row.practice) if warnings else None
    return page(request, "me_booked", "me", visit=row, ahead=True, warnings=warnings, hours=hours)


@for_patient
@require_GET
def visit_ics(request: PatientRequest, visit_id: int) -> HttpResponse:
    """The visit as a calendar file."""
    row = mine(request, visit_id)
    url = request.build_absolute_uri(reverse("me-visit", args=[visit_id]))
    response = HttpResponse(calendar_of([row], url), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="visit.ics"'
    return response


@for_patient
@require_POST
def manage(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Redirect to the magic link where the visit is rescheduled or canceled."""
    row = mine(request, visit_id)
    rate_limit(request, "manage", "60/h")
    _, token = make_link("visit", row.patient, row)
    form = ManageForm(request.POST)
    if form.is_valid() and form.cleaned_data["do"] == "move":
        return redirect("link-move", token)
    return redirect(f"{reverse('link-visit', args=[token])}?cancel#cancel")


@for_patient
@require_GET
def why(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Why these muscles: the page, or with ?pdf the PDF."""
    row = mine(request, visit_id)
    found = why_of(row)
    if "pdf" in request.GET:
        seen(request, f"why of visit {visit_id}", "print")
        return pdf(why_pdf(found), f"why-{visit_id}.pdf")
    seen(request, f"why of visit {visit_id}")
    return page(request, "me_why", "me", visit=row, why=found)


@for_patient
@require_GET
def aftercare(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Aftercare: the page, or with ?pdf the PDF."""
    row = mine(request, visit_id)
    sheet = aftercare_of(row)
    if "pdf" in request.GET:
        seen(request, f"aftercare of visit {visit_id}", "print")
        return pdf(aftercare_pdf(row, sheet), f"aftercare-{visit_id}.pdf")
    seen(request, f"aftercare of visit {visit_id}")
    return page(request, "me_aftercare", "me", visit=row, sheet=sheet)


@for_patient
@require_GET
def note(request: PatientRequest, visit_id: int) -> HttpResponse:
    """The signed note, as a PDF."""
    row = shared_notes(request.me.patient).filter(visit_id=visit_id).first()
    if row is None:
        raise Http404
    seen(request, f"note of visit {visit_id}", "print")
    return pdf(printed_note(row), f"note-{visit_id}.pdf")


@for_patient
@require_GET
def drawing(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Where it hurt at one visit."""
    row = mine(request, visit_id)
    marks, regions = row.facts.reported.drawing, row.facts.reported.regions
    if not marks and not regions:
        raise Http404
    picture = complaint_picture(
        regions or {"left_temple": 0}, lang=lang_of(), drawing=Drawing(marks) if marks else None
    )
    seen(request, f"drawing of visit {visit_id}")
    return HttpResponse(picture, content_type="image/svg+xml")


def _is_ahead(row: Visit) -> bool:
    return row.state == Visit.State.BOOKED and row.starts_at > timezone.now()
