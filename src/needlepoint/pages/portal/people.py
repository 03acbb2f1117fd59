"""Who else may see and help, and whose pages are shown."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from needlepoint.pages.portal.page import page
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.public_site.public_access import knock
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.portal.access import CHOSEN, seen_by
from needlepoint.records.portal.accounts import end_access, invite

__all__ = ["people", "switch"]


@for_patient
@require_http_methods(["GET", "POST"])
def people(request: PatientRequest) -> HttpResponse:
    """Who else may see and help. Only the patient decides, never a proxy."""
    patient = request.me.patient
    if request.method == "POST":
        if request.me.who != "patient":
            raise Http404
        knock(request, "proxy", "10/h")
        ended = request.POST.get("end", "")
        if ended.isascii() and ended.isdigit():
            end_access(patient, int(ended[:9]))
        else:
            invite(patient, request.POST.get("email", ""), request.POST.get("named", ""))
        return redirect("me-people")
    rows = patient.accesses.filter(relation="proxy", ended_at=None).select_related("user")
    return page(request, "me_people", "settings", rows=rows)


@for_patient
@require_POST
def switch(request: PatientRequest) -> HttpResponse:
    """Another of the patients whom one may see."""
    asked = request.POST.get("patient", "")
    if asked in {str(me.patient.pk) for me in seen_by(request)}:
        request.session[CHOSEN] = int(asked)
    return redirect("me")
