"""Opening a practice: the first one of an empty database, and further ones from the console."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from zoneinfo import available_timezones

from django.db import transaction
from django.utils import timezone as clock
from django.utils.text import slugify

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.guard.audit.log import note_down_outside, record_audit
from needlepoint.guard.models import OwnerToken
from needlepoint.records.models import License, Location, Practice, Staff
from needlepoint.records.settings.practice import STATES, known, new_staff, only_locality
from needlepoint.records.settings.public_site import is_free_slug
from needlepoint.treatment.plan.practice import PracticeRules

__all__ = ["TOKEN_DAYS", "add_practice", "has_owner", "opened_by", "owner_token", "set_up", "set_up_owner"]

TOKEN_DAYS = 7


@transaction.atomic
def set_up(
    practice: str,
    timezone: str,
    state: str,
    name: str,
    profession: str,
    username: str,
    password: str,
    license_number: str,
    license_expires: datetime.date | None,
) -> Staff:
    """Create the first practice of an empty database with its owner; Refused once there is one."""
    if Practice.objects.exists():
        raise NotPossible("There is already a practice here. Sign in.")
    made = _practice(practice, state, timezone)
    return _owner(made, name, profession, username, password, license_number, license_expires)


@transaction.atomic
def add_practice(name: str, state: str, timezone: str, address: str = "") -> Practice:
    """Create a further practice, without staff. `address`: the word of its public site; '' for none yet."""
    slug = slugify(address)[:60] or None
    if slug and not is_free_slug(slug):
        raise Refused(Fault("address", repr(slug), "a word that no practice of this database has or had"))
    made = _practice(name, state, timezone)
    made.slug = slug
    made.save(update_fields=["slug"])
    note_down_outside(made.pk, None, "system", "write", "practice added on the console")
    return made


def _practice(name: str, state: str, timezone: str) -> Practice:
    title = name.strip()[:120]
    if not title:
        raise Refused(Fault("name", "nothing", "the name of the practice"))
    known("timezone", timezone, available_timezones())
    known("state", state, STATES)
    made = Practice.objects.create(name=title, timezone=timezone, rules=PracticeRules(name=title))
    Location.objects.create(practice=made, name=title, state=state, locality=only_locality(state))
    return made


def has_owner(practice: Practice) -> bool:
    """Return whether someone who may sign in is an owner of it."""
    return any("owner" in row.roles for row in practice.staff.filter(active=True))


@transaction.atomic
def owner_token(practice: Practice) -> str:
    """Return a new token for the first owner, good once and for a week; an earlier one ends. Refused with an owner."""
    if has_owner(practice):
        raise NotPossible("This practice has an owner, who adds its staff in the settings.", "practice")
    OwnerToken.objects.filter(practice_id=practice.pk).delete()
    token = secrets.token_urlsafe(16)
    ends = clock.now() + datetime.timedelta(days=TOKEN_DAYS)
    OwnerToken.objects.create(practice_id=practice.pk, digest=_digest(token), expires_at=ends)
    note_down_outside(practice.pk, None, "system", "write", "token for the first owner made on the console")
    return token


def opened_by(token: str) -> Practice | None:
    """Return the practice that a token opens; None for one that is unknown, used or too old."""
    row = OwnerToken.objects.filter(digest=_digest(token), expires_at__gt=clock.now()).first()
    return Practice.objects.filter(pk=row.practice_id).first() if row else None


@transaction.atomic
def set_up_owner(
    token: str,
    name: str,
    profession: str,
    username: str,
    password: str,
    license_number: str,
    license_expires: datetime.date | None,
) -> Staff:
    """Create the first owner of a practice that was added on the console. The token is used up."""
    practice = opened_by(token)
    used, _ = OwnerToken.objects.filter(digest=_digest(token)).delete()
    if practice is None or not used:
        raise NotPossible("This address was used or is too old. Ask for a new one.")
    return _owner(practice, name, profession, username, password, license_number, license_expires)


def _owner(
    practice: Practice,
    name: str,
    profession: str,
    username: str,
    password: str,
    license_number: str,
    license_expires: datetime.date | None,
) -> Staff:
    roles = ["owner", "clinician"] if profession else ["owner"]
    staff = new_staff(practice, name, profession, username, password, roles)
    if (
        profession and license_number and license_expires
    ):  # nothing is invented: without both there is none yet
        state = practice.locations.order_by("pk").values_list("state", flat=True)[0]
        License.objects.create(
            staff=staff, state=state, number=license_number[:40], expires_on=license_expires
        )
    record_audit(staff, "write", "practice: set up")
    return staff


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
