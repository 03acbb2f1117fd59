"""What all pages of a patient share: the layout, the check that a visit is theirs, the access log."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from needlepoint.guard.audit.log import note_down_outside
from needlepoint.pages.requests import PatientRequest
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.models import Patient, Visit
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.visit.episode_from_rows import full

__all__ = ["mine", "number_of", "page", "pdf", "seen"]


def page(request: PatientRequest, template: str, nav: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the patient with the shared layout."""
    practice = request.me.patient.practice
    around = {
        "me": request.me,
        "others": request.others,
        "patient": request.me.patient,
        "practice": practice,
        "outside": outside_of(practice),
        "slug": practice.slug,
        "lang": lang_of(),
        "nav": nav,
    }
    return render(request, f"outside/{template}.html", around | context, status=status)


def mine(request: PatientRequest, visit_id: int) -> Visit:
    """Return a visit of this patient; 404 for any other."""
    patient: Patient = request.me.patient
    if not Visit.objects.filter(pk=visit_id, patient=patient).exists():
        raise Http404
    return full(visit_id, patient.practice_id)


def seen(request: PatientRequest, what: str, action: str = "read") -> None:
    """Write to the access log."""
    note_down_outside(request.me.patient.practice_id, request.me.patient.pk, request.me.who, action, what)


def pdf(data: bytes, name: str) -> HttpResponse:
    """A PDF to read in the browser."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def number_of(text: str, most_digits: int = 17) -> int:
    """Return the number in an address; 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most_digits else 0
