"""Rate limits for passwords: by account and by address, counted in the access log.

An outsider cannot lock out a staff member: tries on an account count for the address they come from, and a browser that
has signed in before holds a device cookie with its own count (OWASP, "Device cookies").
"""

from __future__ import annotations

import datetime
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from needlepoint.guard.audit.origin import address_of, keyed
from needlepoint.guard.models import AuditEvent, User

__all__ = ["WINDOW", "lately_stopped", "remember_device", "subject_of", "too_many"]

WINDOW = datetime.timedelta(minutes=15)
KNOWN_FOR = datetime.timedelta(days=90)
MOST_BY_SUBJECT = 10  # from one address
MOST_BY_ACCOUNT = 100  # from all addresses: NIST SP 800-63B, rate limiting
MOST_BY_ADDRESS = 40  # a whole practice may share one address
COOKIE = "device"
SALT = "needlepoint.device"
DAYS = 400


def subject_of(request: HttpRequest, username: str) -> str:
    """Return what tries are counted by: this known device of the account, or else the account."""
    name = username.strip().casefold()
    device = _device(request, name)
    return keyed("device", device) if device else keyed("account", name)


def too_many(request: HttpRequest, username: str, user: User | None) -> bool:
    """Return whether too many tries failed within the last 15 minutes.

    A known device has its own count only. Other tries on an account count by their address, so that a stranger slows
    down only themselves. Tries by others stop an account only for addresses from which its owner has not signed in.
    Only tries on staff accounts count for an address: an unknown name opens nothing, and a patient's code is another
    action.
    """
    wrong = AuditEvent.objects.filter(action="sign-in", outcome="wrong", at__gt=timezone.now() - WINDOW)
    here, there = address_of(request), wrong.filter(subject=subject_of(request, username))
    if _device(request, username.strip().casefold()):
        return there.count() >= MOST_BY_SUBJECT
    if there.filter(address=here).count() >= MOST_BY_SUBJECT:
        return True
    if _is_known(here, user):
        return False
    by_address = wrong.filter(address=here, staff_id__isnull=False)
    return by_address.count() >= MOST_BY_ADDRESS or there.count() >= MOST_BY_ACCOUNT


def _is_known(address: str, user: User | None) -> bool:
    """Return whether this staff member has signed in from this address before."""
    staff = getattr(user, "staff", None)
    good = AuditEvent.objects.filter(action="sign-in", outcome="ok", at__gt=timezone.now() - KNOWN_FOR)
    return staff is not None and good.filter(staff_id=staff.pk, address=address).exists()


def lately_stopped(subject: str) -> bool:
    """Return whether the log has this already, so that further tries do not fill it."""
    since = timezone.now() - datetime.timedelta(minutes=1)
    return AuditEvent.objects.filter(subject=subject, outcome="too many", at__gt=since).exists()


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """After a successful sign-in, mark this browser as known for this account."""
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
    """Return the device in the cookie, if it was issued to this account."""
    try:
        account, device = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=datetime.timedelta(days=DAYS)
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if account == keyed("account", name) else ""
