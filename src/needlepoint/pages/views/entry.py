"""The door: signing in, and what is shown to someone whose session is over."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from needlepoint.records.models import Practice

__all__ = ["home", "not_trusted", "sign_in"]

_door = LoginView.as_view(template_name="pages/sign_in.html", redirect_authenticated_user=True)


def home(request: HttpRequest) -> HttpResponse:
    """Staff to their day; everyone else to the practice's public site, where there is just one."""
    if getattr(request, "staff", None) is not None:
        return redirect("today")
    if request.user.is_authenticated:
        return redirect("me")
    slugs = list(Practice.objects.exclude(slug=None).values_list("slug", flat=True)[:2])
    return redirect("practice", slugs[0]) if len(slugs) == 1 else redirect("sign-in")


def sign_in(request: HttpRequest) -> HttpResponse:
    """The door; of an empty database, the page that sets a practice up."""
    if not Practice.objects.exists():
        return redirect("set-up")
    return _door(request)


def not_trusted(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: the session is over, or the form is not ours. Nothing is kept; sign in anew."""
    back = request.htmx.current_url_abs_path if request.htmx else None
    door = reverse("sign-in") + ("?" + urlencode({"next": back}) if back else "")
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = door
        return answer
    return redirect(door)
