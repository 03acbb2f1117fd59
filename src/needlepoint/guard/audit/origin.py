"""The origin of a request, and whose data it has read so far: what the access log needs."""

from __future__ import annotations

import dataclasses
import hashlib
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

__all__ = ["LENT", "LENT_BY", "Origin", "address_of", "asked_from", "keyed", "origin"]

LENT, LENT_BY = "lent_for_visit", "lent_by_staff"  # in the session: the visit, and who handed the tablet over


@dataclasses.dataclass
class Origin:
    """One request. `address` as the server or its proxy saw it; `session` is a digest; both '' outside of a request.

    `lent`: this is a tablet that the staff member `lent_by` handed over. `shown`: patients whose records were read,
    with their practice; `told`: those that are in a row of the log; `rows`: how many rows it made.
    """

    address: str = ""
    session: str = ""
    lent: bool = False
    lent_by: int | None = None
    shown: dict[int, int] = dataclasses.field(default_factory=dict)
    told: set[int] = dataclasses.field(default_factory=set)
    rows: int = 0


_here: ContextVar[Origin | None] = ContextVar("origin", default=None)


def origin() -> Origin:
    """Return the current request; outside of one, an empty origin."""
    return _here.get() or Origin()


@contextmanager
def asked_from(request: HttpRequest) -> Iterator[Origin]:
    """Set the origin while this request is answered."""
    key = request.session.session_key or ""
    session = hashlib.sha256(key.encode()).hexdigest()[:12] if key else ""
    here = Origin(address_of(request), session, LENT in request.session, request.session.get(LENT_BY))
    token = _here.set(here)
    try:
        yield here
    finally:
        _here.reset(token)


def address_of(request: HttpRequest) -> str:
    """Return the client's address; behind our own proxy the last one of X-Forwarded-For, which clients cannot forge."""
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or seen
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return ""


def keyed(kind: str, text: str) -> str:
    """Return a digest of `text` that only this installation can make: for counting without storing it."""
    return salted_hmac(f"needlepoint.{kind}", text, algorithm="sha256").hexdigest()[:32]
