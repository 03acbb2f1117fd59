"""What every public page begins with: the practice behind the address, its language, and how often one may knock."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django_ratelimit.core import is_ratelimited
from django_ratelimit.exceptions import Ratelimited

from needlepoint.records.models import Practice
from needlepoint.records.settings.public_settings import outside_of

__all__ = ["LANGS", "knock", "public", "public_page", "speak"]

LANGS = ("en", "es")


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a practice's public site: /at/<slug>/<lang>/... sets `request.practice` and the language."""

    @wraps(view)
    def shown(request: HttpRequest, slug: str, lang: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if lang not in LANGS:
            raise Http404
        request.practice = get_object_or_404(Practice, slug=slug)
        request.outside = outside_of(request.practice)
        translation.activate(lang)
        request.LANGUAGE_CODE = lang
        timezone.activate(ZoneInfo(request.practice.timezone))
        return view(request, *args, **kwargs)

    return shown


def public_page(
    request: HttpRequest, template: str, nav: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A public page with what stands around each: the other language, the menu, the telephone."""
    match = request.resolver_match
    other = "es" if request.LANGUAGE_CODE == "en" else "en"
    urls = {lang: reverse(match.view_name, kwargs=match.kwargs | {"lang": lang}) for lang in LANGS}
    around = {
        "practice": request.practice,
        "outside": request.outside,
        "nav": nav,
        "lang": request.LANGUAGE_CODE,
        "other_url": urls[other],
        "alternates": [(lang, request.build_absolute_uri(url)) for lang, url in urls.items()],
        "slug": request.practice.slug,
    }
    return render(request, f"outside/{template}.html", around | context, status=status)


def knock(request: HttpRequest, group: str, rate: str) -> None:
    """Count one try from this address; too many raise Ratelimited, which becomes a page that says so."""
    if is_ratelimited(request, group=group, key="ip", rate=rate, increment=True):
        raise Ratelimited


def speak(response: HttpResponse, lang: str) -> HttpResponse:
    """From here on in this language: someone who has read in Spanish so far is not answered in English."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, lang, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
    return response
