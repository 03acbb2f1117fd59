"""Which patient someone may see from outside: proved by a code in this browser, or by an account with access.

Everything here is denied unless a row or a proof says otherwise; an account of the staff sees nothing here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

__all__ = ["Me", "for_patient", "is_lent", "let_in", "let_out", "seen_by"]

PROVED = "proved_patients"  # patient id -> until when, in the session
CHOSEN = "chosen_patient"
LENT = "lent_tablet"
HOURS, LENT_HOURS = 12, 1


class Me(NamedTuple):
    """The patient whose page it is, and who looks: patient or proxy."""

    patient: Any
    who: str


def let_in(request: HttpRequest, patient: Any, lent: bool = False) -> None:
    """This browser has proved that it is this patient's, for some hours. The session gets a new name.

    `lent`: a tablet of the practice. It forgets whom it showed before, and soon this one too.
    """
    request.session.cycle_key()
    until = (timezone.now() + datetime.timedelta(hours=LENT_HOURS if lent else HOURS)).isoformat()
    before = {} if lent or request.session.get(LENT) else request.session.get(PROVED, {})
    request.session[PROVED] = before | {str(patient.pk): until}
    request.session[CHOSEN] = patient.pk
    request.session[LENT] = lent


def is_lent(request: HttpRequest) -> bool:
    """Whether this is a tablet of the practice."""
    return bool(request.session.get(LENT))


def let_out(request: HttpRequest) -> None:
    """Forget whom this browser proved to be."""
    for key in (PROVED, CHOSEN, LENT):
        request.session.pop(key, None)


def seen_by(request: HttpRequest) -> list[Me]:
    """Everyone whom this browser may see."""
    now = timezone.now()
    proved = {
        int(pk)
        for pk, until in request.session.get(PROVED, {}).items()
        if datetime.datetime.fromisoformat(until) > now
    }
    patients = apps.get_model("records", "Patient").objects.select_related("practice")
    found = (
        {patient.pk: Me(patient, "patient") for patient in patients.filter(pk__in=proved)} if proved else {}
    )
    if request.user.is_authenticated:
        rows = apps.get_model("records", "Access").objects.filter(user_id=request.user.pk, ended_at=None)
        for row in rows.select_related("patient__practice").order_by("pk"):
            who = "patient" if row.relation == "self" else "proxy"
            found.setdefault(row.patient_id, Me(row.patient, who))
    return list(found.values())


def for_patient(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view through for a patient or proxy; `request.me` says whose page it is. Others are asked who they are."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = seen_by(request)
        if not known and request.user.is_authenticated:  # signed in, and nobody's pages: no door would help
            return render(request, "outside/nothing.html", status=403)
        if not known:
            door = reverse("account_request_login_code")
            return redirect(f"{door}?{urlencode({'next': request.get_full_path()})}")
        chosen = request.session.get(CHOSEN)
        request.me = next((me for me in known if me.patient.pk == chosen), known[0])
        request.others = [me for me in known if me.patient.pk != request.me.patient.pk]
        timezone.activate(ZoneInfo(request.me.patient.practice.timezone))
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return guarded
