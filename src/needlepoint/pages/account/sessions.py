"""Where an account is signed in, and signing out there: of the staff, and of a patient."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as say
from django.views.decorators.http import require_http_methods

from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.models import OpenSession
from needlepoint.guard.roles import allowed
from needlepoint.guard.sign_in.sessions import devices, end, end_all, of_account
from needlepoint.pages.account.forms import EndSessionForm
from needlepoint.pages.portal.page import page, seen
from needlepoint.pages.portal.patient_access import for_patient
from needlepoint.pages.requests import PatientRequest, StaffRequest
from needlepoint.records.portal.access import Me, sign_out_everywhere

__all__ = ["of_patient", "of_staff"]


@allowed("desk")
@require_http_methods(["GET", "POST"])
def of_staff(request: StaffRequest) -> HttpResponse:
    """The sessions of this member of the staff."""
    rows = of_account(request.user.pk)
    if request.method == "GET":
        return render(request, "pages/sessions.html", {"devices": devices(rows, request, idle=True)})
    staff = request.staff
    here = _ended(request, rows)
    record_audit(staff, "sign-out", "settings: sessions ended")
    return redirect("sign-in" if here else "sessions")


@for_patient
@require_http_methods(["GET", "POST"])
def of_patient(request: PatientRequest) -> HttpResponse:
    """The sessions of a patient: of their account, and of browsers that a code opened. Nobody who helps sees them."""
    if request.me.who != "patient":
        raise Http404
    user = request.user.pk if request.user.is_authenticated else None
    rows = of_account(user, request.me.patient.pk)
    if request.method == "GET":
        seen(request, "settings: sessions")
        return page(request, "me_sessions", "settings", devices=devices(rows, request, idle=False))
    seen(request, "settings: sessions ended", "write")
    return redirect("home" if _ended(request, rows, request.me) else "me-sessions")


def _ended(request: HttpRequest, rows: QuerySet[OpenSession], me: Me | None = None) -> bool:
    """End what the form says; whether this browser is signed out too."""
    what = EndSessionForm(request.POST).chosen()
    if what == "everywhere":
        if me is not None:
            sign_out_everywhere(me.patient)
        end_all(rows)
        logout(request)
        return True
    if what == "others":
        end_all(rows, but=request.session.session_key)
        messages.success(request, say("You were signed out on other devices."))
    elif isinstance(what, int) and not end(rows, what):
        raise Http404
    return False
