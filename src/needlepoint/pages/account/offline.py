"""What a browser shows without a connection: a page that names nobody, and the script that keeps it."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

__all__ = ["offline", "worker"]


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page without a connection. It is the same for everybody."""
    return render(request, "pages/offline.html")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it may answer for every page."""
    path = finders.find("needlepoint/sw.js")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as script:  # noqa: PTH123 - a path of the finders
        return HttpResponse(script.read(), content_type="text/javascript")
