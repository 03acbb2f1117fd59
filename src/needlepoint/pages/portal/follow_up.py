"""The next visit, booked by a signed-in patient: any visit type, with the same clinician unless they choose another."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.base.refusal import Refused
from needlepoint.pages.portal.forms import BookAgainForm
from needlepoint.pages.portal.page import page, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.public_site.booking import any_clinician, halves_of, read_day, search
from needlepoint.pages.public_site.public_access import rate_limit
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.billing.prices import household_of, quote
from needlepoint.records.models import Location, Patient, Staff, Visit, VisitType
from needlepoint.records.schedule.booking import book_again, find_slot, warn_refused
from needlepoint.records.schedule.hours import open_now

__all__ = ["kinds", "times"]


@for_patient
@require_GET
def kinds(request: PatientRequest) -> HttpResponse:
    """Choose the visit type, with its price; follow-up visits come first."""
    patient = request.me.patient
    place = Location.objects.in_use().filter(practice_id=patient.practice_id).order_by("pk").first()
    today, known = timezone.localdate(), household_of(patient)
    services = [
        (row, quote(patient.practice, row, place, today, patient, known) if place else None)
        for row in _kinds(patient)
    ]
    return page(request, "again_kinds", "me", services=services)


def _kinds(patient: Patient) -> QuerySet[VisitType]:
    """What this patient can book: follow-up visits only after a visit here."""
    rows = VisitType.objects.filter(practice_id=patient.practice_id, active=True).order_by("for_new", "pk")
    seen_before = patient.visits.filter(state=Visit.State.DONE).exists()
    return rows if seen_before else rows.filter(for_new=True)


@for_patient
@require_http_methods(["GET", "POST"])
def times(request: PatientRequest, service_id: int) -> HttpResponse:
    """The open times: choose one, confirm it on its own page, book it."""
    patient = request.me.patient
    service = get_object_or_404(_kinds(patient), pk=service_id)
    if request.method == "GET":
        return _times(request, service)
    rate_limit(request, "book-again", "30/h")
    form = BookAgainForm(request.POST)
    if form.is_valid():
        try:
            picked = form.cleaned_data["slot"]
            slot = find_slot(patient.practice, service, picked.staff_id, picked.starts_at)
            if not form.cleaned_data["sure"]:
                return page(request, "again_sure", "me", service=service, slot=slot, form=form)
            visit = book_again(patient, service, slot, form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            seen(request, f"visit {visit.pk}: booked", "write")
            return redirect("me-booked", visit.pk)
    return _again(request, service, form)


def _again(request: PatientRequest, service: VisitType, form: BookAgainForm) -> HttpResponse:
    """Show what must be corrected: the reason at its field, everything else with the times."""
    picked = form.cleaned_data.get("slot")
    if picked is None or set(form.errors) != {"reason"}:
        return _times(request, service, form)
    patient = request.me.patient
    try:
        slot = find_slot(patient.practice, service, picked.staff_id, picked.starts_at)
    except Refused as refusal:
        form.refuse(refusal)
        return _times(request, service, form)
    warnings = warn_refused(patient, form.typed("reason"))
    return page(
        request, "again_sure", "me", 422, service=service, slot=slot, form=form, warnings=warnings,
        hours=open_now(patient.practice) if warnings else None,
    )  # fmt: skip


def _times(request: PatientRequest, service: VisitType, sent: BookAgainForm | None = None) -> HttpResponse:
    """The open times; if one could not be booked, why, and any warning signs in the reason."""
    patient = request.me.patient
    first, known = read_day(request.GET.get("from", "")), _known(patient)
    anyone = "anyone" in request.GET or known is None
    slots, after = search(patient.practice, service, first, None if anyone or known is None else known.pk)
    if not slots and not anyone:  # this clinician does not offer this visit type
        anyone, known = True, None
        slots, after = search(patient.practice, service, first, None)
    warnings = warn_refused(patient, sent.typed("reason")) if sent else []
    return page(
        request, "again_times", "me", 422 if sent else 200, service=service, days=halves_of(any_clinician(slots)),
        after=after, anyone=anyone, known=known, form=sent, warnings=warnings,
        hours=open_now(patient.practice) if warnings else None,
    )  # fmt: skip


def _known(patient: Patient) -> Staff | None:
    """Return the clinician who saw this patient last."""
    row = (
        patient.visits.filter(starts_at__lt=timezone.now())
        .select_related("clinician")
        .order_by("-starts_at")
        .first()
    )
    return row.clinician if row else None
