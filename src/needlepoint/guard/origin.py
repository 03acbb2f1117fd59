"""Where a request comes from: its address, and short digests that tell sessions and devices apart in the access log."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

__all__ = ["Origin", "address_of", "asked_from", "keyed", "origin"]


class Origin(NamedTuple):
    """`address` as the server or its proxy saw it; `session` is a digest; both '' outside of a request.

    `lent`: this is a tablet that the member of the staff `lent_by` handed over.
    """

    address: str = ""
    session: str = ""
    lent: bool = False
    lent_by: int | None = None


LENT, LENT_BY = "lent_for_visit", "lent_by_staff"  # in the session: the visit, and who handed the tablet over
_here: ContextVar[Origin | None] = ContextVar("origin", default=None)


def origin() -> Origin:
    """Where the request comes from that is being answered."""
    return _here.get() or Origin()


@contextmanager
def asked_from(request: HttpRequest) -> Iterator[None]:
    """While this request is answered."""
    key = request.session.session_key or ""
    session = hashlib.sha256(key.encode()).hexdigest()[:12] if key else ""
    lent = LENT in request.session
    token = _here.set(Origin(address_of(request), session, lent, request.session.get(LENT_BY)))
    try:
        yield
    finally:
        _here.reset(token)


def address_of(request: HttpRequest) -> str:
    """The address; behind our own proxy the last one of X-Forwarded-For, which nobody outside can make up."""
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or seen
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return ""


def keyed(kind: str, text: str) -> str:
    """A digest of `text` that only this installation can make: to count by it without keeping it."""
    return salted_hmac(f"needlepoint.{kind}", text, algorithm="sha256").hexdigest()[:32]
