"""The methods that pages answer: GET and HEAD to read, POST to change. Everything else gets 405."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

__all__ = ["MethodsMiddleware"]

ALLOWED = ("GET", "HEAD", "POST", "OPTIONS")


class MethodsMiddleware:
    """Refuse other methods before the view and the CSRF check; answer HEAD like GET without the body.

    Without this, a PUT was redirected to the page by the failed CSRF check, and link checkers, which send HEAD, were
    told that the page cannot be read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer of the page; 405 for any other method."""
        if request.method not in ALLOWED:
            return HttpResponseNotAllowed(ALLOWED)
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        return _without_body(self.get_response(request))


def _without_body(response: HttpResponse) -> HttpResponse:
    """Return the same headers, with the length of the page, and no body."""
    if response.streaming:
        return response
    length = len(response.content)
    response.content = b""
    response["Content-Length"] = str(length)
    return response
