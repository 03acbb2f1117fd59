"""Refusals of the core as pages: what was given, what was expected, what to do. Never a 500."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django_ratelimit.exceptions import Ratelimited

from needlepoint.base.refusal import NotAllowed, NotPossible, RateLimitError, Refused
from needlepoint.guard.sign_in.again import SignAgainError
from needlepoint.pages.account.sign_again import ask_again
from needlepoint.pages.errors import not_found
from needlepoint.pages.forms import InvalidForm
from needlepoint.pages.refusals import invalid_page, refusal_page

__all__ = ["RefusalMiddleware"]


BEYOND = (OverflowError, RecursionError, UnicodeError, ValidationError)
TOO_MANY = RateLimitError("Please wait a few minutes and try again.")
NO_ACCESS = NotAllowed("You do not have access to this. If you work here, ask the practice owner.")
UNREADABLE = NotPossible("This text cannot be read. Type it again instead of pasting it.")
log = logging.getLogger(__name__)


class RefusalMiddleware:
    """Show a refusal where the page shows messages; without scripts, as a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request; a sign-in page is never inserted into another page."""
        if _has_nul(request):
            return refusal_page(request, UNREADABLE)
        response = self.get_response(request)
        if getattr(request, "htmx", False) and response.status_code == 302:
            signed_out = HttpResponse(status=204)
            signed_out["HX-Redirect"] = response["Location"]
            return signed_out
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return a refusal in words; 404 for what does not exist or belongs to another practice."""
        if isinstance(error, InvalidForm):
            return invalid_page(request, error.form)
        if isinstance(error, SignAgainError):
            return ask_again(request)
        if isinstance(error, Refused):
            return refusal_page(request, error)
        if isinstance(error, BEYOND):
            # A number, a day, a nesting depth or a character out of range: nothing was saved.
            log.warning(
                "refused at %s: %s", request.resolver_match and request.resolver_match.route, type(error)
            )
            return refusal_page(request, UNREADABLE)
        if getattr(request, "htmx", False) and isinstance(error, (Ratelimited, PermissionDenied)):
            # A whole page is never inserted into another one. Ratelimited is a PermissionDenied.
            return refusal_page(request, TOO_MANY if isinstance(error, Ratelimited) else NO_ACCESS)
        if isinstance(error, Ratelimited):
            return render(request, "outside/slow_down.html", status=429)
        if isinstance(error, ObjectDoesNotExist) and not isinstance(error, (Http404, PermissionDenied)):
            return not_found(request)
        return None


def _has_nul(request: HttpRequest) -> bool:
    """Return whether the address or the form contains a NUL, which no database stores as text."""
    sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    return "\0" in request.path or any(
        "\0" in text for form in sent for _, row in form.lists() for text in row
    )
