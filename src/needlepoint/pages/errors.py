"""Error pages in both languages, with the practice's phone number."""

from __future__ import annotations

from functools import cache

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from needlepoint.base.refusal import Refused
from needlepoint.records.models import Practice
from needlepoint.records.settings.public_settings import outside_of

__all__ = [
    "bad_request", "error_page", "not_allowed", "not_found", "page_with_phone", "plain_page", "server_error",
]  # fmt: skip

SAID = {
    400: (_("The request could not be read"), _("Go back, reload the page, and try again.")),
    403: (
        _("You do not have access"),
        _("You do not have access to this page. If you work here, ask the practice owner."),
    ),
    404: (_("Page not found"), _("The address may be wrong, or the page is no longer there.")),
    408: (
        _("The request took too long"),
        _("Your connection was too slow, and nothing was saved. Please try again."),
    ),
    413: (
        _("The file is too large"),
        _("Not saved. Photos can be up to 12 MB. Take it at a lower quality and try again."),
    ),
    500: (
        _("Something went wrong on our side"),
        _("What you just entered may not be saved. Please try again in a minute."),
    ),
    503: (_("Needlepoint is busy"), _("Please try again in a minute.")),
}


def _page(status: int, phone: str = "", staff: bool = False) -> str:
    first = "es" if (get_language() or "").startswith("es") else "en"
    title, text = SAID[status]
    languages = [first, "en" if first == "es" else "es"]
    context = {"title": title, "text": text, "phone": phone, "staff": staff, "languages": languages}
    return render_to_string("error.html", context)


@cache
def plain_page(status: int) -> bytes:
    """Return the page without a database query."""
    return _page(status).encode()


def page_with_phone(status: int) -> bytes:
    """Return the page of a site with one practice."""
    return _page(status, _phone(None)).encode()


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """Return the page for this request."""
    page = _page(status, _phone(request), getattr(request, "staff", None) is not None)
    answer = HttpResponse(page, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _phone(request: HttpRequest | None) -> str:
    """Return the practice's phone number; '' when the practice is unclear or the database does not answer."""
    try:
        staff = getattr(request, "staff", None)
        practice = staff.practice if staff else getattr(request, "practice", None) or _only_one()
        return outside_of(practice).phone if practice else ""
    except (DatabaseError, Refused):
        return ""


def _only_one() -> Practice | None:
    rows = list(Practice.objects.order_by("pk")[:2])
    return rows[0] if len(rows) == 1 else None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return error_page(request, 400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return error_page(request, 500)
