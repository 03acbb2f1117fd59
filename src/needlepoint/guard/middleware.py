"""Who is asking: the member of staff behind the signed-in user."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.apps import apps
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from needlepoint.guard.audit.complete import complete
from needlepoint.guard.audit.origin import asked_from
from needlepoint.guard.sign_in.idle import over
from needlepoint.guard.sign_in.second_factor import is_missing

# With a password that somebody else knows, nothing else is open.
OPEN_BEFORE_OWN_PASSWORD = ("/password/", "/sign-out/", "/i18n/", "/static/")
OPEN_BEFORE_SECOND_FACTOR = (*OPEN_BEFORE_OWN_PASSWORD, "/account/2fa/", "/account/reauthenticate/")


class StaffMiddleware:
    """Sets `request.staff`; None for strangers and for staff who have left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through with the member of staff on it."""
        found = None
        if request.user.is_authenticated:
            staff = apps.get_model("records", "Staff").objects.select_related("practice")
            found = staff.filter(user_id=request.user.pk, active=True).first()
        if found is not None and over(request):
            logout(request)
            found = None
        if found is not None:
            timezone.activate(ZoneInfo(found.practice.timezone))
        else:
            timezone.deactivate()
        request.staff = found
        first = found is not None and request.user.first_password
        if first and not request.path.startswith(OPEN_BEFORE_OWN_PASSWORD):
            return redirect("change-password")
        if (
            found is not None
            and not request.path.startswith(OPEN_BEFORE_SECOND_FACTOR)
            and is_missing(request)
        ):
            return redirect("mfa_activate_totp")
        with asked_from(request) as here:
            response = self.get_response(request)
            complete(request, response, here)
            request.about_patients = bool(here.shown)
            return response
