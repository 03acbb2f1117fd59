"""Contact details, language, account, and who viewed the record."""

from __future__ import annotations

from django.conf import settings as site
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.pages.account.access_log import by_page
from needlepoint.pages.portal.forms import SettingsForm
from needlepoint.pages.portal.page import page, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.access_log import of_patient
from needlepoint.records.outbox.queue import choose, wanted
from needlepoint.records.patients.patients import set_preferences
from needlepoint.records.portal.access import proved_address
from needlepoint.records.portal.accounts import open_account

__all__ = ["access", "account", "settings"]

KEPT = ("needs", "language", "timezone")  # columns of the patient


@for_patient
@require_http_methods(["GET", "POST"])
def settings(request: PatientRequest) -> HttpResponse:
    """Contact details, accessibility needs, language."""
    patient = request.me.patient
    texts = bool(site.SMS_URL)
    reach = {channel: wanted(patient, channel) for channel in (("email", "sms") if texts else ("email",))}
    kept = {name: getattr(patient, name) for name in KEPT}
    if request.method == "GET":
        form = SettingsForm(initial=reach | kept, sms=texts)
        return page(request, "me_settings", "settings", form=form)
    form = SettingsForm(request.POST, sms=texts)
    if not form.is_valid():
        return page(request, "me_settings", "settings", 422, form=form)
    for channel, before in reach.items():
        if before is not form.cleaned_data[channel]:
            choose(patient, channel, form.cleaned_data[channel], "link")
    set_preferences(patient, **{name: form.cleaned_data[name] for name in KEPT})
    seen(request, "settings", "write")
    return redirect("me-settings")


@for_patient
@require_POST
def account(request: PatientRequest) -> HttpResponse:
    """Create an account: from then on a code by email, or a passkey, opens these pages.

    A patient who came in with a code to this address has proved it: the account opens at once.
    """
    patient = request.me.patient
    proved = proved_address(request, patient).casefold() == patient.email.casefold() != ""
    user = open_account(patient, proved)
    if not proved:
        return redirect("account_request_login_code")
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect(f"{reverse('me-settings')}?account")


@for_patient
@require_GET
def access(request: PatientRequest) -> HttpResponse:
    """Who viewed this record (45 CFR 164.528 requires less: only disclosures)."""
    shown = by_page(request, of_patient(request.me.patient))
    seen(request, "access log")
    return page(request, "me_access", "settings", 200, **shown)
