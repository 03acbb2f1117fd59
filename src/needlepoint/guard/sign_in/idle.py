"""When a session of the staff is over: nobody has done anything for a while, or it has lasted a working day."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

__all__ = ["over"]

SINCE, LAST = "signed_in_at", "last_seen_at"
WRITTEN_EVERY_SECONDS = 60
# These pages ask by themselves again and again: somebody who has left does nothing by them.
BY_THEMSELVES = ("/today/list/",)


def over(request: HttpRequest) -> bool:
    """Whether the session has ended by now; if not, that somebody is there is kept, once a minute at most."""
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
    return False
