"""Security headers: only our own scripts run, no page is framed, and nothing about a patient is cached."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

__all__ = ["HeadersMiddleware", "about_someone"]

# No page has an inline script, so that none needs a nonce or a hash.
PAGE = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src-elem 'self'",
        "style-src-attr 'unsafe-inline'",  # the length of a bar
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
PICTURE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'"
)
POLICIES = {"text/html": PAGE, "image/svg+xml": PICTURE}
NOT_ALLOWED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
               "midi", "payment", "usb")  # fmt: skip
PERMISSIONS = ", ".join(
    [f"{name}=()" for name in NOT_ALLOWED]
    + [f"publickey-credentials-{what}=(self)" for what in ("create", "get")]
)


class HeadersMiddleware:
    """Set the headers of every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer with the headers."""
        response = self.get_response(request)
        kind = response.get("Content-Type", "").partition(";")[0].strip()
        if kind in POLICIES and "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = POLICIES[kind]
        response.setdefault("Permissions-Policy", PERMISSIONS)
        if about_someone(request) and "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "private, no-store"
        return response


def about_someone(request: HttpRequest) -> bool:
    """Return whether it may be about a patient: requested by a signed-in person, or made from a patient's record."""
    return bool(
        getattr(request, "staff", None)
        or getattr(request, "me", None)
        or getattr(request, "about_patients", False)
    )
