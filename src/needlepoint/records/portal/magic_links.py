"""Magic links. Whoever holds one may do one thing for one patient, until it expires; only its digest is stored."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string

from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.records.models import BookingHold, MagicLink, OneTimeCode, Patient, Visit

__all__ = [
    "CODE_MINUTES",
    "MOST_TRIES",
    "PURPOSES",
    "check_code",
    "code_matches",
    "digest_of",
    "find_link",
    "make_code",
    "make_link",
    "new_secret",
    "url_of",
    "use_link",
]


class LinkPurpose(NamedTuple):
    """How long a link is valid (days), where it leads, whether it is for single use, whether a code is required."""

    days: int
    path: str
    once: bool = False
    code: bool = False


PURPOSES: dict[str, LinkPurpose] = {
    "visit": LinkPurpose(120, "/v/{}/"),  # view, reschedule, cancel one visit
    "open": LinkPurpose(30, "/go/{}/", code=True),  # read or fill in health data: needs a code as well
    "check_in": LinkPurpose(21, "/c/{}/"),  # answer one survey
    "stop": LinkPurpose(400, "/stop/{}/"),  # unsubscribe
    "offer": LinkPurpose(2, "/offer/{}/", once=True),  # take an offered time
    "feed": LinkPurpose(400, "/cal/{}.ics"),  # subscribe to one's visits
}
CODE_MINUTES = 10
MOST_TRIES = 5


def new_secret() -> str:
    """Return a 128-bit URL-safe random token."""
    return secrets.token_urlsafe(16)


def digest_of(token: str) -> str:
    """Return the stored form of a secret. It is long and random, so that a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def url_of(purpose: str, token: str) -> str:
    """Return the whole URL."""
    return settings.PUBLIC_URL + PURPOSES[purpose].path.format(token)


def make_link(
    purpose: str, patient: Patient, visit: Visit | None = None, target: str = ""
) -> tuple[MagicLink, str]:
    """Return a new link and its secret, which is not stored."""
    token = new_secret()
    ends = timezone.now() + datetime.timedelta(days=PURPOSES[purpose].days)
    link = MagicLink.objects.create(
        digest=digest_of(token),
        purpose=purpose,
        practice_id=patient.practice_id,
        patient=patient,
        visit=visit,
        target=target,
        expires_at=ends,
    )
    return link, token


def find_link(purpose: str, token: str) -> MagicLink | None:
    """Return a valid link; None for an unknown, expired, used or different one, without telling which."""
    rows = MagicLink.objects.select_related(
        "practice", "patient", "visit", "visit__practice", "visit__location"
    )
    found = rows.filter(digest=digest_of(token), purpose=purpose, expires_at__gt=timezone.now()).first()
    return found if found and not (PURPOSES[purpose].once and found.used_at) else None


def use_link(link: MagicLink) -> bool:
    """Use up a single-use link; False when somebody was faster."""
    return MagicLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()) == 1


def make_code() -> tuple[str, str]:
    """Return a six-digit code and its stored form."""
    code = get_random_string(6, "0123456789")
    return code, make_password(code)


def code_matches(code: str, kept: str) -> bool:
    """Return whether it is this code."""
    return check_password(code.strip(), kept)


def check_code(link: MagicLink, typed: str) -> OneTimeCode | None:
    """Return the newest code of this link if it is `typed`.

    Every try counts before it is checked; five is the limit.
    """
    code = link.codes.filter(used_at=None, expires_at__gt=timezone.now()).order_by("-pk").first()
    if code is None or not _try(OneTimeCode, code.pk) or not code_matches(typed, code.code):
        what = f"code of link {link.pk}"
        note_down_outside(link.practice_id, link.patient_id, "link", "code", what, "wrong")
        return None
    return (
        code if OneTimeCode.objects.filter(pk=code.pk, used_at=None).update(used_at=timezone.now()) else None
    )


def check_hold(booking_hold: BookingHold, typed: str) -> bool:
    """The same for a booking hold."""
    return _try(BookingHold, booking_hold.pk) and code_matches(typed, booking_hold.code)


def _try(model: type[OneTimeCode] | type[BookingHold], pk: int) -> bool:
    with transaction.atomic():
        return bool(model.objects.filter(pk=pk, tries__lt=MOST_TRIES).update(tries=F("tries") + 1))


def refused_code() -> Refused:
    """Return the same answer for every wrong code, so that nothing can be learned from it."""
    return Refused(
        Fault(
            "code",
            "one that does not fit or is over",
            "the six digits that we sent last",
            "Ask for a new code.",
        )
    )
