"""How often a password may be tried: by account and by address, counted in the access log.

Nobody outside can lock a member of the staff out: a browser that has signed in before holds a device cookie and is
counted for itself (OWASP, "Device cookies").
"""

from __future__ import annotations

import datetime
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from needlepoint.guard.audit.origin import address_of, keyed
from needlepoint.guard.models import AuditEvent

__all__ = ["WINDOW", "lately_stopped", "remember_device", "subject_of", "too_many"]

WINDOW = datetime.timedelta(minutes=15)
MOST_BY_SUBJECT = 10
MOST_BY_ADDRESS = 40  # a whole practice may stand behind one address
COOKIE = "device"
SALT = "needlepoint.device"
DAYS = 400


def subject_of(request: HttpRequest, username: str) -> str:
    """What tries are counted by: this known device of the account, or else the account."""
    name = username.strip().casefold()
    device = _device(request, name)
    return keyed("device", device) if device else keyed("account", name)


def too_many(request: HttpRequest, subject: str) -> bool:
    """Whether the tries of the last quarter of an hour that went wrong are enough."""
    wrong = AuditEvent.objects.filter(action="sign-in", outcome="wrong", at__gt=timezone.now() - WINDOW)
    return (
        wrong.filter(subject=subject).count() >= MOST_BY_SUBJECT
        or wrong.filter(address=address_of(request)).count() >= MOST_BY_ADDRESS
    )


def lately_stopped(subject: str) -> bool:
    """Whether the log says so already: who goes on trying does not fill it."""
    since = timezone.now() - datetime.timedelta(minutes=1)
    return AuditEvent.objects.filter(subject=subject, outcome="too many", at__gt=since).exists()


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """After a good sign-in: this browser is known for this account."""
    name = username.strip().casefold()
    device = _device(request, name) or secrets.token_urlsafe(12)
    value = signing.dumps([keyed("account", name), device], salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=datetime.timedelta(days=DAYS),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        path="/sign-in/",
    )


def _device(request: HttpRequest, name: str) -> str:
    """The device that the cookie names, if it was given to this account."""
    try:
        account, device = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=datetime.timedelta(days=DAYS)
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if account == keyed("account", name) else ""
