"""Visits as calendar files."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from needlepoint.pages.portal.links.behind import by_link, by_visit_link
from needlepoint.pages.requests import Request
from needlepoint.records.models import MagicLink, Visit
from needlepoint.records.portal.magic_links import url_of
from needlepoint.records.schedule.calendar import calendar_of

__all__ = ["calendar_file", "feed", "ics"]


@require_GET
@by_visit_link
def calendar_file(request: Request, link: MagicLink, row: Visit, token: str) -> HttpResponse:
    """The visit as a calendar file."""
    return ics([row], "visit.ics", url_of("visit", token))


@require_GET
@by_link("feed")
def feed(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """Every upcoming visit, as a calendar to subscribe to."""
    since = timezone.now() - datetime.timedelta(days=30)
    rows = Visit.objects.filter(patient=link.patient, starts_at__gt=since).select_related(
        "practice", "location", "clinician"
    )
    return ics(list(rows.order_by("starts_at")), "visits.ics")


def ics(visits: list[Visit], name: str, url: str = "") -> HttpResponse:
    """Return visits as a calendar file; `url`: where a single one can be viewed and changed."""
    response = HttpResponse(calendar_of(visits, url), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
