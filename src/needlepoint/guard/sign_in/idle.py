"""When a staff session ends: after a time without activity, or after a working day."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

from needlepoint.guard.sign_in.again import came_back

__all__ = ["over"]

SINCE, LAST = "signed_in_at", "last_seen_at"
WRITTEN_EVERY_SECONDS = 60
# These pages refresh themselves: that is no activity of a person.
BY_THEMSELVES = ("/today/list/",)


def over(request: HttpRequest) -> bool:
    """Return whether the session has ended; if not, record the activity, at most once a minute."""
    now, session = int(time.time()), request.session
    last = session.get(LAST, now)
    if (
        now - last > settings.STAFF_IDLE_SECONDS
        or now - session.get(SINCE, now) > settings.STAFF_LONGEST_SECONDS
    ):
        return True
    if SINCE not in session:
        session[SINCE] = session[LAST] = now
    elif request.path not in BY_THEMSELVES and now - last >= WRITTEN_EVERY_SECONDS:
        session[LAST] = now
        if now - last > settings.STAFF_AWAY_SECONDS:
            came_back(request)
    return False
