"""Views for a patient, a person with access, or the clinic's tablet during an intake."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from needlepoint.guard.audit.origin import LENT
from needlepoint.guard.row_security import only_practice
from needlepoint.pages.portal.page import page
from needlepoint.pages.requests import PatientRequest
from needlepoint.records.portal.access import CHOSEN, Me, is_lent, proved_patients, seen_by

__all__ = ["FOR_EVERY_HELPER", "RIGHTS_OF", "for_intake", "for_patient", "may_open"]

P = ParamSpec("P")
# The rights of which a person with access needs one, by the name of the page.
RIGHTS_OF = {
    "me-visit": ("visits", "health", "costs"),
    **dict.fromkeys(
        ("me-booked", "me-manage", "me-ics", "me-wait", "me-book", "me-book-times", "me-settings"), ("visits",)
    ),
    **dict.fromkeys(
        ("me-why", "me-aftercare", "me-note", "me-drawing", "me-trend", "me-pdf", "me-fhir", "me-access"), ("health",)
    ),
    **dict.fromkeys(
        (
            "intake", "intake-begin", "intake-flags", "intake-warning", "intake-card", "intake-finish", "intake-names",
        ),
        ("health",),
    ),
    "me-messages": ("messages",),
    **dict.fromkeys(("me-bills", "me-price", "me-estimate"), ("costs",)),
}  # fmt: skip
FOR_EVERY_HELPER = frozenset(["me", "me-switch", "me-feedback"])


def for_patient(
    view: Callable[Concatenate[PatientRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Decorate a view for a patient or a person with access; `request.me` is the patient. Others must sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        known = seen_by(request)
        if not known:
            return _asked_who(request)
        chosen = request.session.get(CHOSEN)
        me = next((me for me in known if me.patient.pk == chosen), known[0])
        others = [other for other in known if other.patient.pk != me.patient.pk]
        if not may_open(me, request.resolver_match.url_name if request.resolver_match else None):
            return _no_right(_with_patient(request, me, others))
        return _no_store(view(_with_patient(request, me, others), *args, **kwargs))

    return guarded


def may_open(me: Me, name: str | None) -> bool:
    """Return whether this person may open a page. A page that is not in the tables is for the patient only."""
    if me.who != "proxy" or name in FOR_EVERY_HELPER:
        return True
    return bool(set(RIGHTS_OF.get(name or "", ())) & set(me.rights))


def _no_right(request: PatientRequest) -> HttpResponse:
    return page(request, "no_right", "me", 403)


def for_intake(
    view: Callable[Concatenate[PatientRequest, int, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """The same for the intake of a visit, which the clinic's tablet may open too."""
    others = for_patient(view)

    @wraps(view)
    def guarded(request: HttpRequest, visit_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        proved = proved_patients(request) if request.session.get(LENT) == visit_id else []
        if not proved:
            return others(request, visit_id, *args, **kwargs)
        mine = _with_patient(request, Me(proved[0], "tablet"), [])
        return _no_store(view(mine, visit_id, *args, **kwargs))

    return guarded


def _asked_who(request: HttpRequest) -> HttpResponse:
    """The page for a person who is not signed in."""
    if is_lent(request) and proved_patients(request):
        return render(request, "outside/lent.html", {"visit_id": request.session[LENT]}, status=403)
    if request.user.is_authenticated:  # an account without patients: signing in again would not help
        return render(request, "outside/nothing.html", status=403)
    sign_in = reverse("account_request_login_code")
    return redirect(f"{sign_in}?{urlencode({'next': request.get_full_path()})}")


def _with_patient(request: HttpRequest, me: Me, others: list[Me]) -> PatientRequest:
    mine = cast(PatientRequest, request)
    mine.me, mine.others = me, others
    only_practice(me.patient.practice_id)
    timezone.activate(ZoneInfo(me.patient.practice.timezone))
    return mine


def _no_store(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
