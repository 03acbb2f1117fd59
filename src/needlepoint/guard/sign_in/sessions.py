"""Sessions that are open: where and since when an account or a patient is signed in, and how each is ended.

A session of the framework is one row that only its browser can name. What people need to see of it is in a row of its
own, one for each account or patient that the session shows.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from needlepoint.guard.audit.origin import address_of
from needlepoint.guard.models import OpenSession

__all__ = ["Device", "browser_of", "devices", "end", "end_all", "note_session", "of_account"]

WRITTEN = "session_noted"  # in the session: its key, who it shows, and when its rows were written
WRITTEN_EVERY_SECONDS = 60
FORGOTTEN_AFTER = datetime.timedelta(days=2)  # no session lasts that long
# The first that a browser names of itself; later ones in the list name themselves in every text.
BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


class Device(NamedTuple):
    """One open session for people. `key` names it in a form; `here`: the current one.

    `idle_ends` and `ends`: when it is over without anything being done, and in any case.
    """

    key: int
    browser: str
    system: str
    address: str
    began_at: datetime.datetime
    seen_at: datetime.datetime
    idle_ends: datetime.datetime | None
    ends: datetime.datetime
    here: bool


def note_session(request: HttpRequest, patients: Iterable[int] = ()) -> None:
    """Keep where this session is used, once a minute at most and whenever it shows somebody else."""
    session, shown = request.session, sorted(patients)
    user = request.user.pk if request.user.is_authenticated else None
    if user is None and not shown:
        return
    now, what = int(time.time()), [session.session_key, user, *shown]
    *before, at = session.get(WRITTEN, [0])
    if before == what and now - at < WRITTEN_EVERY_SECONDS:
        return
    session[WRITTEN] = [*what, now]
    if session.session_key is None:  # it has a key once it is saved; the next request writes the row
        return
    OpenSession.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    seen = {
        "address": address_of(request),
        "agent": request.headers.get("User-Agent", "")[:200],
        "seen_at": timezone.now(),
    }
    key, rows = session.session_key, OpenSession.objects
    if user:
        rows.update_or_create(session_key=key, user_id=user, patient_id=None, defaults=seen)
    for patient in shown:
        rows.update_or_create(session_key=key, user=None, patient_id=patient, defaults=seen)


def browser_of(agent: str) -> tuple[str, str]:
    """The names of browser and system in what a browser says of itself; '' for unknown.

    >>> browser_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1")
    ('Safari', 'iPhone')
    """
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    return browser, next((name for mark, name in SYSTEMS if mark in agent), "")


def devices(rows: QuerySet[OpenSession], request: HttpRequest, idle: bool) -> list[Device]:
    """The sessions among `rows` that are still open, the newest first; `idle`: the limit of the staff holds."""
    found = {row.session_key: row for row in rows.order_by("seen_at")}
    open_ = Session.objects.filter(session_key__in=found, expire_date__gt=timezone.now())
    keys = set(open_.values_list("session_key", flat=True))
    return [_device(row, request, idle) for key, row in reversed(found.items()) if key in keys]


def _device(row: OpenSession, request: HttpRequest, idle: bool) -> Device:
    ends = row.began_at + datetime.timedelta(seconds=settings.STAFF_LONGEST_SECONDS)
    idle_ends = row.seen_at + datetime.timedelta(seconds=settings.STAFF_IDLE_SECONDS) if idle else None
    here = row.session_key == request.session.session_key
    return Device(
        row.pk, *browser_of(row.agent), row.address, row.began_at, row.seen_at, idle_ends, ends, here
    )


def of_account(user_id: int | None, patient_id: int | None = None) -> QuerySet[OpenSession]:
    """The rows of an account, and of the browsers that a patient opened with a code."""
    mine = Q(user_id=user_id) if user_id else Q(pk__in=[])
    return OpenSession.objects.filter(mine | Q(patient_id=patient_id) if patient_id else mine)


def end(rows: QuerySet[OpenSession], key: int) -> bool:
    """End one of these sessions; whether it was one of them."""
    row = rows.filter(pk=key).first()
    if row is None:
        return False
    _close([row.session_key])
    return True


def end_all(rows: QuerySet[OpenSession], but: str | None = None) -> int:
    """End all of these sessions, or all `but` one; how many."""
    keys = set(rows.values_list("session_key", flat=True)) - {but}
    _close(keys)
    return len(keys)


def _close(keys: Iterable[str]) -> None:
    keys = list(keys)
    for key in keys:
        SessionStore(key).delete()
    OpenSession.objects.filter(session_key__in=keys).delete()
