"""The member of the staff behind the signed-in user, on every request."""

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
from needlepoint.guard.sign_in.idle import over
from needlepoint.guard.sign_in.second_factor import is_missing
from needlepoint.pages.requests import Request
from needlepoint.records.models import Staff

# With a password that somebody else knows, nothing else is open.
OPEN_BEFORE_OWN_PASSWORD = ("/password/", "/sign-out/", "/i18n/", "/static/")
OPEN_BEFORE_SECOND_FACTOR = (*OPEN_BEFORE_OWN_PASSWORD, "/account/2fa/", "/account/reauthenticate/")


class StaffMiddleware:
    """Sets `request.staff`; None for strangers and for staff who have left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through with the member of staff on it."""
        ours = cast(Request, request)
        ours.staff = staff = _staff_of(request)
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
            ours.about_patients = bool(here.shown)
            return response


def _staff_of(request: HttpRequest) -> Staff | None:
    """The active member of the staff who is signed in; a session that has been idle too long ends here."""
    if not request.user.is_authenticated:
        return None
    staff = (
        Staff.objects.select_related("practice", "user").filter(user_id=request.user.pk, active=True).first()
    )
    if staff is not None and over(request):
        logout(request)
        return None
    return staff
