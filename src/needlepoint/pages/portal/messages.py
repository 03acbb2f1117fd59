"""Messages to the practice, and feedback from someone who is known."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from needlepoint.pages.portal.page import number_of, page, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.requests import PatientRequest
from needlepoint.pages.visit.board_context import lang_of
from needlepoint.records.patients.feedback import say
from needlepoint.records.portal.accounts import warnings_in, words_with, write_to_practice
from needlepoint.records.schedule.hours import answer_by, open_now

__all__ = ["complain", "messages"]


@for_patient
@require_http_methods(["GET", "POST"])
def messages(request: PatientRequest) -> HttpResponse:
    """Words with the practice: what warns in them is answered at once, the rest by a day that the hours allow."""
    patient = request.me.patient
    if request.method == "POST":
        row = write_to_practice(patient, request.me.who, request.POST.get("text", ""))
        return redirect(f"{reverse('me-messages')}?sent={row.pk}")
    seen(request, "messages")
    number = number_of(request.GET.get("sent", ""))
    sent = patient.messages.filter(pk=number, by=None).first()
    return page(
        request, "me_messages", "messages", words=words_with(patient), sent=sent,
        warnings=warnings_in(sent) if sent else [], hours=open_now(patient.practice),
        answer_by=answer_by(patient.practice),
    )  # fmt: skip


@for_patient
@require_POST
def complain(request: PatientRequest) -> HttpResponse:
    """Praise, an idea or a complaint from someone who is known."""
    patient = request.me.patient
    sent = request.POST
    row = say(patient.practice, sent.get("kind", ""), sent.get("text", ""), "", lang_of(), patient)
    return redirect(f"{reverse('me')}?said={row.pk}")
