"""People with access, and whose pages are shown."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from needlepoint.base.refusal import Refused
from needlepoint.pages.portal.forms import EndAccessForm, InviteForm, RightsForm, SwitchForm
from needlepoint.pages.portal.page import page
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.public_site.forms import PatientForm
from needlepoint.pages.public_site.public_access import rate_limit
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.models import AccessGrant, Patient
from needlepoint.records.patients.warning_signs import Warning, hear
from needlepoint.records.portal.access import CHOSEN, seen_by
from needlepoint.records.portal.accounts import change_rights, end_access, invite
from needlepoint.records.schedule.hours import open_now

__all__ = ["people", "switch"]


@for_patient
@require_http_methods(["GET", "POST"])
def people(request: PatientRequest) -> HttpResponse:
    """People with access and their rights. Only the patient decides: nobody else can open this page."""
    rows = request.me.patient.accesses.filter(relation="proxy", ended_at=None).select_related("user")
    if request.method == "GET":
        return page(request, "me_people", "settings", rows=_with_rights(rows), form=InviteForm())
    rate_limit(request, "proxy", "20/h")
    form: EndAccessForm | RightsForm | InviteForm
    if "end" in request.POST:
        form = EndAccessForm(rows, request.POST)
    elif "change" in request.POST:
        form = RightsForm(rows, request.POST)
    else:
        form = InviteForm(request.POST)
    done = form.is_valid() and _done(request.me.patient, form)
    warnings = _heard(request.me.patient, form)
    if done and not warnings:
        return redirect("me-people")
    shown = form if isinstance(form, InviteForm) and not done else InviteForm()
    return page(
        request, "me_people", "settings", 200 if done else 422, rows=_with_rights(rows, form), form=shown,
        warnings=warnings,
        hours=open_now(request.me.patient.practice) if warnings else None,
    )  # fmt: skip


def _with_rights(
    rows: QuerySet[AccessGrant], sent: PatientForm | None = None
) -> list[tuple[AccessGrant, RightsForm]]:
    """Return each person with the form for their rights; the submitted form keeps its errors."""
    typed = sent if isinstance(sent, RightsForm) else None
    return [
        (row, typed if typed and typed.typed("change") == str(row.pk) else RightsForm.of(row)) for row in rows
    ]


def _heard(patient: Patient, form: PatientForm) -> list[Warning]:
    """Return the warning signs in what was typed as a name."""
    typed = [form.typed("named"), form.typed("email")] if isinstance(form, InviteForm) else []
    return hear(patient.practice, patient, "access", typed)


def _done(patient: Patient, form: EndAccessForm | RightsForm | InviteForm) -> bool:
    """Return whether access was given, changed or ended; if not, the form says why."""
    if isinstance(form, EndAccessForm):
        end_access(patient, form.cleaned_data["end"].pk)
        return True
    if isinstance(form, RightsForm):
        change_rights(patient, form.cleaned_data["change"].pk, form.cleaned_data["rights"])
        return True
    try:
        sent = form.cleaned_data
        invite(patient, sent["email"], sent["named"], sent["rights"])
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


@for_patient
@require_POST
def switch(request: PatientRequest) -> HttpResponse:
    """Switch to another patient whose pages this person may see."""
    form = SwitchForm(seen_by(request), request.POST)
    if form.is_valid():
        request.session[CHOSEN] = form.cleaned_data["patient"]
    return redirect("me")
