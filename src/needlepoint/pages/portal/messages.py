"""Messages to the practice."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from needlepoint.base.refusal import Refused
from needlepoint.pages.portal.forms import PortalMessageForm
from needlepoint.pages.portal.page import number_of, page, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.patients.warning_signs import Warning, hear
from needlepoint.records.portal.accounts import warnings_in, words_with, write_to_practice
from needlepoint.records.schedule.hours import answer_by, open_now

__all__ = ["messages"]


@for_patient
@require_http_methods(["GET", "POST"])
def messages(request: PatientRequest) -> HttpResponse:
    """Messages with the practice: warning signs in them are answered at once, the rest by a day within office hours."""
    patient = request.me.patient
    if request.method == "GET":
        seen(request, "messages")
        sent = patient.messages.filter(pk=number_of(request.GET.get("sent", "")), by=None).first()
        return _talk(request, PortalMessageForm(), warnings_in(sent) if sent else [], sent=sent)
    form = PortalMessageForm(request.POST)
    if form.is_valid():
        try:
            row = write_to_practice(patient, request.me.who, form.cleaned_data["text"])
            return redirect(f"{reverse('me-messages')}?sent={row.pk}")
        except Refused as refusal:
            form.refuse(refusal)
    # A message that could not be sent is screened anyway.
    warnings = hear(patient.practice, patient, "message", [form.typed("text")])
    return _talk(request, form, warnings, 422)


def _talk(
    request: PatientRequest, form: PortalMessageForm, warnings: list[Warning], status: int = 200, **more: Any
) -> HttpResponse:
    patient = request.me.patient
    return page(
        request, "me_messages", "messages", status, words=words_with(patient), form=form, warnings=warnings,
        hours=open_now(patient.practice), answer_by=answer_by(patient.practice), **more,
    )  # fmt: skip
