"""The next visit, booked by a patient who is signed in: every kind of visit, with the same clinician unless asked."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.base.refusal import Fault, Refused
from needlepoint.pages.portal.page import page, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.public_site.booking import halves_of, read_day, read_time, search, whoever
from needlepoint.pages.public_site.public_access import knock
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.models import Patient, Service, Staff
from needlepoint.records.schedule.booking import book_again, find_slot, warn_refused
from needlepoint.records.schedule.hours import open_now
from needlepoint.records.schedule.times import Slot

__all__ = ["kinds", "times"]


@for_patient
@require_GET
def kinds(request: PatientRequest) -> HttpResponse:
    """Which kind of visit; those for patients who were here before come first."""
    patient = request.me.patient
    rows = Service.objects.filter(practice_id=patient.practice_id, active=True).order_by("for_new", "pk")
    return page(request, "again_kinds", "me", services=rows)


@for_patient
@require_http_methods(["GET", "POST"])
def times(request: PatientRequest, service_id: int) -> HttpResponse:
    """The open times; one is chosen, confirmed on a page of its own, and booked."""
    patient = request.me.patient
    service = get_object_or_404(Service, pk=service_id, practice_id=patient.practice_id, active=True)
    if request.method == "POST":
        knock(request, "book-again", "30/h")
        reason = request.POST.get("reason", "")[:200]
        try:
            slot = _slot(patient, service, request.POST.get("slot", ""))
            if request.POST.get("sure") != "yes":
                return page(request, "again_sure", "me", service=service, slot=slot)
            visit = book_again(patient, service, slot, reason)
        except Refused as refusal:
            return _refused(request, service, reason, refusal)
        seen(request, f"visit {visit.pk}: booked", "write")
        return redirect("me-booked", visit.pk)
    first, known = read_day(request.GET.get("from", "")), _known(patient)
    anyone = "anyone" in request.GET or known is None
    slots, after = search(patient.practice, service, first, None if anyone or known is None else known.pk)
    if not slots and not anyone:  # this clinician does not give such visits
        anyone, known = True, None
        slots, after = search(patient.practice, service, first, None)
    return page(
        request, "again_times", "me", service=service, days=halves_of(whoever(slots)), after=after, anyone=anyone,
        known=known,
    )  # fmt: skip


def _refused(request: PatientRequest, service: Service, reason: str, refusal: Refused) -> HttpResponse:
    """What warns in the reason is said although the visit could not be booked."""
    patient = request.me.patient
    warnings = warn_refused(patient, reason)
    if not warnings:
        raise refusal
    answer = page(
        request, "again_refused", "me", service=service, refusal=refusal, warnings=warnings,
        hours=open_now(patient.practice),
    )  # fmt: skip
    answer.status_code = 422
    return answer


def _known(patient: Patient) -> Staff | None:
    """Who saw this patient last."""
    row = (
        patient.visits.filter(starts_at__lt=timezone.now())
        .select_related("clinician")
        .order_by("-starts_at")
        .first()
    )
    return row.clinician if row else None


def _slot(patient: Patient, service: Service, text: str) -> Slot:
    """The time that was chosen on the page: "<clinician>-<time>"."""
    staff, _, at = text.partition("-")
    if not (staff.isascii() and staff.isdigit() and len(staff) < 10):
        raise Refused(Fault("slot", repr(staff[:20]), "one of the times on the page"))
    return find_slot(patient.practice, service, int(staff), read_time(at))
