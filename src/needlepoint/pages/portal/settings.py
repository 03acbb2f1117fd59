"""How to be reached, the language, the account, and who opened the record."""

from __future__ import annotations

from django.conf import settings as site
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.documents.leaflets.questions import load_asked
from needlepoint.pages.account.access_log import by_page
from needlepoint.pages.portal.page import page, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.access_log import of_patient
from needlepoint.records.outbox.queue import choose, wanted
from needlepoint.records.portal.access import proved_address
from needlepoint.records.portal.accounts import open_account

__all__ = ["access", "account", "settings"]

ZONES = {
    "America/Puerto_Rico": _("Atlantic time (Puerto Rico)"),
    "America/New_York": _("Eastern time"),
    "America/Chicago": _("Central time"),
    "America/Denver": _("Mountain time"),
    "America/Phoenix": _("Mountain time (Arizona)"),
    "America/Los_Angeles": _("Pacific time"),
    "America/Anchorage": _("Alaska time"),
    "Pacific/Honolulu": _("Hawaii time"),
}


@for_patient
@require_http_methods(["GET", "POST"])
def settings(request: PatientRequest) -> HttpResponse:
    """How to be reached, what makes a visit easier, the language."""
    patient = request.me.patient
    options = [option for option in load_asked()["needs"].option if option.id != "none"]
    if request.method == "POST":
        for channel in ("email", "sms") if site.SMS_URL else ("email",):
            yes = channel in request.POST
            if wanted(patient, channel) is not yes:
                choose(patient, channel, yes, "link")
        known = {option.id for option in options}
        patient.needs = [need for need in request.POST.getlist("needs") if need in known]
        patient.language = "es" if request.POST.get("language") == "es" else "en"
        zone = request.POST.get("timezone", "")
        patient.timezone = zone if zone in ZONES else ""
        patient.save(update_fields=["needs", "language", "timezone"])
        seen(request, "settings", "write")
        return redirect("me-settings")
    return page(
        request,
        "me_settings",
        "settings",
        options=options,
        email=wanted(patient, "email"),
        sms=wanted(patient, "sms"),
        texts=bool(site.SMS_URL),
        zones=ZONES.items(),
    )


@for_patient
@require_POST
def account(request: PatientRequest) -> HttpResponse:
    """An account for someone who wants one: from now on a code by email, or a passkey, opens these pages.

    Who came in with a code to this very address has proved it: the account opens at once.
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
    """Who opened this record (45 CFR 164.528 asks for less: only disclosures)."""
    shown = by_page(request, of_patient(request.me.patient))
    seen(request, "access log")
    return page(request, "me_access", "settings", **shown)
