"""What every public page begins with: the practice behind the address, its language, and how often one may knock."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django_ratelimit.core import is_ratelimited
from django_ratelimit.exceptions import Ratelimited

from needlepoint.records.models import Practice
from needlepoint.records.outside import outside_of

__all__ = ["LANGS", "knock", "public", "speak"]

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
