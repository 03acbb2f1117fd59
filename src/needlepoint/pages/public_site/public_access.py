"""Shared parts of public pages: practice of the URL, language, and rate limits keyed by client IP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone, translation
from django_ratelimit.core import is_ratelimited
from django_ratelimit.exceptions import Ratelimited

from needlepoint.guard.row_security import only_practice
from needlepoint.pages.requests import PublicRequest
from needlepoint.records.models import Practice
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.settings.public_site import practice_at

__all__ = ["LANGS", "found_at", "public", "public_page", "rate_limit", "set_language"]

LANGS = ("en", "es")


P = ParamSpec("P")


def public(view: Callable[Concatenate[PublicRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a practice's public site: /at/<slug>/<lang>/... sets `request.practice` and the language."""

    @wraps(view)
    def shown(request: HttpRequest, slug: str, lang: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if lang not in LANGS:
            raise Http404
        ours = cast(PublicRequest, request)
        ours.practice = found_at(slug)
        if ours.practice.slug != slug:
            return _to_present(ours, lang)
        only_practice(ours.practice.pk)
        ours.outside = outside_of(ours.practice)
        translation.activate(lang)
        ours.LANGUAGE_CODE = lang
        timezone.activate(ZoneInfo(ours.practice.timezone))
        return view(ours, *args, **kwargs)

    return shown


def found_at(slug: str) -> Practice:
    """Return the practice of a public address, current or former. Raises Http404 for none."""
    practice = practice_at(slug)
    if practice is None:
        raise Http404
    return practice


def _to_present(request: PublicRequest, lang: str) -> HttpResponse:
    """Redirect to the current address. Temporary: the practice may take the former address again."""
    match = request.resolver_match or resolve(request.path_info)
    url = reverse(match.view_name, kwargs=match.kwargs | {"slug": request.practice.slug, "lang": lang})
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{url}?{query}" if query else url, preserve_request=True)


def public_page(
    request: PublicRequest, template: str, nav: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """A public page with the shared layout: language switch, menu, phone number."""
    match = request.resolver_match or resolve(request.path_info)
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
    return render(request, f"outside/{template}.html", {**around, **context}, status=status)


def rate_limit(request: HttpRequest, group: str, rate: str) -> None:
    """Count one request per client IP in `group`; raises Ratelimited above `rate`."""
    if is_ratelimited(request, group=group, key="ip", rate=rate, increment=True):
        raise Ratelimited


def set_language(response: HttpResponse, lang: str) -> HttpResponse:
    """Set the language cookie, so that the next page keeps the language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, lang, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
    return response
