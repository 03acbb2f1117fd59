"""Where a request comes from, behind a proxy that is trusted."""

from __future__ import annotations

from django.http import HttpRequest

__all__ = ["of_request"]


def of_request(request: HttpRequest) -> str:
    """The last address of X-Forwarded-For: the one that our own proxy saw, which nobody outside can make up."""
    return (
        request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or request.META["REMOTE_ADDR"]
    )
