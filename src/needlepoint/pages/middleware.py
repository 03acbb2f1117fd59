"""Refusals of the core as pages: what was given, what was expected, what to do. Never a 500."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django_ratelimit.exceptions import Ratelimited

from needlepoint.base.refusal import Fault, Refused
from needlepoint.pages.errors import not_found

__all__ = ["RefusalMiddleware"]


UNREADABLE = (OverflowError, RecursionError, UnicodeError, ValidationError)
log = logging.getLogger(__name__)


class RefusalMiddleware:
    """A refusal goes where the page shows messages; without scripts it is a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let it through; a sign-in page never lands inside another page."""
        if _has_nul(request):
            fault = Fault("what was sent", "a NUL sign", "text", "Type it anew instead of pasting it.")
            return refusal_page(request, Refused(fault))
        response = self.get_response(request)
        if getattr(request, "htmx", False) and response.status_code == 302:
            signed_out = HttpResponse(status=204)
            signed_out["HX-Redirect"] = response["Location"]
            return signed_out
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal in words; what is not there or not this practice's is not found."""
        if isinstance(error, Refused):
            return refusal_page(request, error)
        if isinstance(error, UNREADABLE):
            # A number, a day, a depth or a sign beyond what can be counted, nested or written: nothing was kept.
            log.warning(
                "refused at %s: %s", request.resolver_match and request.resolver_match.route, type(error)
            )
            fault = Fault("what was sent", "something that cannot be read", "ordinary text, days and numbers")
            return refusal_page(request, Refused(fault))
        if isinstance(error, Ratelimited):
            return render(request, "outside/slow_down.html", status=429)
        if isinstance(error, ObjectDoesNotExist) and not isinstance(error, (Http404, PermissionDenied)):
            return not_found(request)
        return None


def _has_nul(request: HttpRequest) -> bool:
    """Whether a NUL, which no database keeps as text, stands anywhere in the address or the form."""
    sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    return "\0" in request.path or any(
        "\0" in text for form in sent for _, row in form.lists() for text in row
    )


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The refusal as a message (with htmx) or as a page."""
    side = "pages" if getattr(request, "staff", None) else "outside"
    if getattr(request, "htmx", False):
        response = render(request, f"{side}/_refused.html", {"refusal": refusal})
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML"
        return response
    return render(request, f"{side}/refused.html", {"refusal": refusal}, status=422)
