"""What every page behind a magic link needs: the link that a secret stands for, its language, and the page itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as site
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from needlepoint.pages.public_site.booking import gone
from needlepoint.pages.public_site.public_access import LANGS, rate_limit
from needlepoint.pages.requests import Request
from needlepoint.records.models import MagicLink
from needlepoint.records.portal.magic_links import find_link
from needlepoint.records.settings.public_settings import outside_of

__all__ = ["by_link", "by_visit_link", "show"]


View = Callable[..., HttpResponse]
LINK_LANGUAGE = "link_language"  # cookie: the language that was chosen on a page behind a link


def _held(request: Request, purpose: str, token: str) -> MagicLink | None:
    """Return the link of a secret; failed tries are counted, so that secrets cannot be guessed."""
    link = find_link(purpose, token)
    if link is None:
        rate_limit(request, "link", "30/m")
        return None
    lang = _language(request, link)
    translation.activate(lang)
    request.LANGUAGE_CODE = lang
    timezone.activate(ZoneInfo(link.practice.timezone))
    return link


def _language(request: Request, link: MagicLink) -> str:
    """The language that was chosen on a page behind a link, else the patient's."""
    chosen = (request.GET.get("lang", ""), request.COOKIES.get(LINK_LANGUAGE, ""))
    return next((lang for lang in chosen if lang in LANGS), link.patient.language)


def by_visit_link(view: View) -> View:
    """Decorate a view behind the magic link of a visit: it gets the link and the visit."""

    def shown(request: Request, link: MagicLink, token: str) -> HttpResponse:
        return gone(request) if link.visit is None else view(request, link, link.visit, token)

    return by_link("visit")(wraps(view)(shown))


def by_link(purpose: str) -> Callable[[View], View]:
    """Decorate a view behind a magic link: it gets the link; an invalid link answers 410."""

    def around(view: View) -> View:
        @never_cache
        @wraps(view)
        def held(request: Request, token: str) -> HttpResponse:
            link = _held(request, purpose, token)
            if link is None:
                return gone(request)
            response = view(request, link, token)
            if request.GET.get("lang") in LANGS:
                response.set_cookie(
                    LINK_LANGUAGE, request.LANGUAGE_CODE, secure=site.SESSION_COOKIE_SECURE, samesite="Lax"
                )
            return response

        return held

    return around


def show(request: Request, template: str, link: MagicLink, status: int = 200, **context: Any) -> HttpResponse:
    """Return a page of the patients' side around a link; search engines keep it out."""
    around = {
        "practice": link.practice,
        "outside": outside_of(link.practice),
        "slug": link.practice.slug,
        "lang": request.LANGUAGE_CODE,
        "other_url": f"?lang={'en' if request.LANGUAGE_CODE == 'es' else 'es'}",
    }
    response = render(request, f"outside/{template}.html", around | context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
