"""The door: what is shown to someone whose session is over."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

__all__ = ["not_trusted"]


def not_trusted(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: the session is over, or the form is not ours. Nothing is kept; sign in anew."""
    back = request.htmx.current_url_abs_path if request.htmx else None
    door = reverse("sign-in") + ("?" + urlencode({"next": back}) if back else "")
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = door
        return answer
    return redirect(door)
