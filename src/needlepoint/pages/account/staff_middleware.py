"""The staff member behind the signed-in user, on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from needlepoint.guard.audit.complete import complete
from needlepoint.guard.audit.origin import asked_from
from needlepoint.guard.row_security import only_practice
from needlepoint.guard.sign_in.idle import over
from needlepoint.guard.sign_in.second_factor import is_missing
from needlepoint.guard.sign_in.sessions import note_session
from needlepoint.pages.requests import Request
from needlepoint.records.models import Staff
from needlepoint.records.portal.access import Me

# While the password is one that somebody else set, only the page to change it is open.
OPEN_BEFORE_OWN_PASSWORD = ("/password/", "/sign-out/", "/i18n/", "/static/")
OPEN_BEFORE_SECOND_FACTOR = (*OPEN_BEFORE_OWN_PASSWORD, "/account/2fa/", "/account/reauthenticate/")


class StaffMiddleware:
    """Set `request.staff`; None for visitors and for former staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request with its staff member set."""
        ours = cast(Request, request)
        ours.staff = staff = _staff_of(request)
        only_practice(staff.practice_id if staff else None)
        if staff is None:
            timezone.deactivate()
        else:
            timezone.activate(ZoneInfo(staff.practice.timezone))
            if staff.user.first_password and not request.path.startswith(OPEN_BEFORE_OWN_PASSWORD):
                return redirect("change-password")
            if not request.path.startswith(OPEN_BEFORE_SECOND_FACTOR) and is_missing(request):
                return redirect("mfa_activate_totp")
        with asked_from(request) as here:
            response = self.get_response(request)
            complete(request, response, here)
            _note(request, here.lent)
            ours.about_patients = bool(here.shown)
            return response


def _note(request: HttpRequest, lent: bool) -> None:
    """Keep where this session is used. What a tablet of the practice shows is no session of a patient."""
    me = getattr(request, "me", None)
    by_code = me is not None and not lent and not request.user.is_authenticated
    note_session(request, [cast(Me, me).patient.pk] if by_code else [])


def _staff_of(request: HttpRequest) -> Staff | None:
    """Return the active staff member who is signed in; a session that was idle too long ends here."""
    if not request.user.is_authenticated:
        return None
    staff = (
        Staff.objects.select_related("practice", "user").filter(user_id=request.user.pk, active=True).first()
    )
    if staff is not None and over(request):
        logout(request)
        return None
    return staff
