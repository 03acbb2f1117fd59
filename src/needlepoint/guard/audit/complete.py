"""No page about a patient is sent without a row in the access log, whichever view made it.

Views write rows of what was done. Missing rows are added here when the answer is ready: patients whose records were
read for it, writes, and refusals.
"""

from __future__ import annotations

import time
from typing import Any

from django.db.models.signals import post_init
from django.http import HttpRequest, HttpResponse

from needlepoint.guard.audit.log import note_down_outside, record_audit
from needlepoint.guard.audit.origin import Origin, origin

__all__ = ["complete", "watch_patients"]

MOST_PATIENTS = 500  # ids in one row
REFUSED = (403, 404, 429)
POLLED = {"today-list"}  # pages that refresh themselves
AGAIN_SECONDS = 600
MOST_REMEMBERED = 1000
_polled: dict[tuple[str, str], tuple[float, frozenset[int]]] = {}


def watch_patients(model: type[Any]) -> None:
    """Record every patient whose record is read, in the request that read it, from now on."""
    post_init.connect(_read, sender=model, dispatch_uid="needlepoint.guard.audit.complete")


def _read(sender: Any, instance: Any, **kwargs: Any) -> None:
    if instance.pk is not None:
        origin().shown[instance.pk] = instance.practice_id


def complete(request: HttpRequest, response: HttpResponse, here: Origin) -> None:
    """Add the missing row, if there is one."""
    match = request.resolver_match
    if match is None:
        return
    what = " ".join([f"page {match.view_name}", *(str(value) for value in match.kwargs.values())])
    if response.status_code in REFUSED:
        _note(request, "refused", what, [], "refused", None)
        return
    left = {pk: practice for pk, practice in here.shown.items() if pk not in here.told}
    if left and not _lately(here, match.view_name, frozenset(left)):
        practice = next(iter(left.values()))
        _note(request, "read", what, sorted(left)[:MOST_PATIENTS], "ok", practice)
    elif here.rows == 0 and request.method == "POST" and response.status_code < 400:
        _note(request, "write", what, [], "ok", None)


def _note(
    request: HttpRequest, action: str, what: str, patients: list[int], outcome: str, practice_id: int | None
) -> None:
    one, patients = (patients[0], []) if len(patients) == 1 else (None, patients)
    staff = getattr(request, "staff", None)
    if staff is not None:
        record_audit(staff, action, what, one, patients, outcome)
        return
    me = getattr(request, "me", None)
    if me is not None:
        note_down_outside(me.patient.practice_id, me.patient.pk, me.who, action, what, outcome)
    elif practice_id is not None or request.user.is_authenticated:
        who = "account" if request.user.is_authenticated else "visitor"
        note_down_outside(practice_id, one, who, action, what, outcome, patients=patients)


def _lately(here: Origin, page: str, patients: frozenset[int]) -> bool:
    """Return whether a self-refreshing page showed this session the same patients recently."""
    if page not in POLLED:
        return False
    key, now = (here.session, page), time.monotonic()
    at, before = _polled.get(key, (0.0, frozenset()))
    if before == patients and now - at < AGAIN_SECONDS:
        return True
    if len(_polled) >= MOST_REMEMBERED:
        _polled.clear()
    _polled[key] = (now, patients)
    return False
