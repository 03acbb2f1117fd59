"""Downloads of the whole record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

import msgspec
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from needlepoint.fhir import bundle_of
from needlepoint.pages.portal.page import pdf, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.public_site.public_access import rate_limit
from needlepoint.pages.requests import PatientRequest
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.patients.export import my_data_pdf
from needlepoint.records.portal.access import proved_lately
from needlepoint.records.portal.magic_links import make_link

__all__ = ["bundle", "everything"]

View = Callable[[PatientRequest], HttpResponse]


def proved_again(view: View) -> View:
    """Ask for a new code before the whole record is given away, unless one was entered a short time ago."""

    @wraps(view)
    def guarded(request: PatientRequest) -> HttpResponse:
        if proved_lately(request, request.me.patient):
            return view(request)
        rate_limit(request, "export", "20/h")
        return _ask_again(request)

    return guarded


def _ask_again(request: PatientRequest) -> HttpResponse:
    """Lead to a page that sends a code: to the patient, or to a helper's own address, who signs in again."""
    me, back = request.me, request.path
    if me.who == "proxy":
        logout(request)
        return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': back})}")
    _, token = make_link("open", me.patient, None, back)
    return redirect("door", token)


@for_patient
@require_GET
@proved_again
def bundle(request: PatientRequest) -> HttpResponse:
    """The whole record as FHIR R4."""
    seen(request, "everything (FHIR)", "print")
    found = msgspec.json.encode(bundle_of(request.me.patient, timezone.now()))
    response = HttpResponse(found, content_type="application/fhir+json")
    response["Content-Disposition"] = 'attachment; filename="my-data.fhir.json"'
    return response


@for_patient
@require_GET
@proved_again
def everything(request: PatientRequest) -> HttpResponse:
    """The whole record as a PDF."""
    patient = request.me.patient
    seen(request, "everything (PDF)", "print")
    return pdf(my_data_pdf(patient, lang_of()), "my-data.pdf")
