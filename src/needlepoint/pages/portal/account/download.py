"""Downloads of the whole record."""

from __future__ import annotations

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from needlepoint.fhir import bundle_of
from needlepoint.pages.portal.page import pdf, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.requests import PatientRequest
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.patients.export import my_data_pdf

__all__ = ["bundle", "everything"]


@for_patient
@require_GET
def bundle(request: PatientRequest) -> HttpResponse:
    """The whole record as FHIR R4."""
    seen(request, "everything (FHIR)", "print")
    found = msgspec.json.encode(bundle_of(request.me.patient, timezone.now()))
    response = HttpResponse(found, content_type="application/fhir+json")
    response["Content-Disposition"] = 'attachment; filename="my-data.fhir.json"'
    return response


@for_patient
@require_GET
def everything(request: PatientRequest) -> HttpResponse:
    """The whole record as a PDF."""
    patient = request.me.patient
    seen(request, "everything (PDF)", "print")
    return pdf(my_data_pdf(patient, lang_of()), "my-data.pdf")
