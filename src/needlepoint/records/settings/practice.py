"""The practice itself: locations, staff, licenses, formulary and prices."""

from __future__ import annotations

import datetime
from collections.abc import Container
from typing import TypedDict, Unpack
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.claims.outgoing.checks import npi_is_valid
from needlepoint.cost.fees import Fees, fee_faults
from needlepoint.cost.place import load_localities
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.models import User
from needlepoint.guard.roles import RIGHTS
from needlepoint.guard.sign_in.second_factor import forget_second_factor
from needlepoint.guard.sign_in.sessions import end_all, of_account
from needlepoint.records.models import License, Location, Practice, Staff
from needlepoint.records.settings.history import differences, keep_change, license_words
from needlepoint.records.values import Billing, NoteTemplate, WeekHours
from needlepoint.treatment.plan.practice import PracticeRules
from needlepoint.treatment.plan.read_practice import read_practice

__all__ = [
    "STATES",
    "add_location",
    "add_staff",
    "change_practice",
    "give_license",
    "give_password",
    "known",
    "new_staff",
    "only_locality",
    "set_active",
]

STATES = sorted({row.state for row in load_localities()})


def known(field: str, value: str, values: Container[str]) -> None:
    """Raise Refused for a value that is not on the list."""
    if value not in values:
        raise Refused(Fault(field, repr(value), "one that is on the list"))


def only_locality(state: str) -> str:
    """Return the state's fee locality if it has only one."""
    mine = [row.number for row in load_localities() if row.state == state]
    return mine[0] if len(mine) == 1 else ""


def new_staff(
    practice: Practice, name: str, profession: str, username: str, password: str, roles: list[str]
) -> Staff:
    """Create a user and the row of the staff member; Refused for a weak password or a name that is taken."""
    if not name.strip() or not username.strip():
        raise Refused(Fault("name", "nothing", "a name and a user name"))
    if User.objects.filter(username__iexact=username.strip()).exists():
        raise NotPossible("This user name is taken. Choose another one.", "username")
    unknown = [role for role in roles if role not in RIGHTS]
    if unknown or not roles:
        raise Refused(Fault("roles", ", ".join(unknown) or "none", f"some of {', '.join(RIGHTS)}"))
    user = User(username=username.strip()[:150])
    _set_password(user, password)
    return Staff.objects.create(
        user=user, practice=practice, name=name.strip()[:120], profession=profession, roles=roles
    )


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(Fault("password", "one that is too weak", "; ".join(error.messages))) from None
    user.set_password(password)
    user.save()


@transaction.atomic
def add_staff(
    by: Staff, name: str, profession: str, username: str, password: str, roles: list[str], npi: str = ""
) -> Staff:
    """Add a staff member."""
    if npi and not npi_is_valid(npi):
        raise Refused(Fault("npi", repr(npi), "ten digits with a check digit that is right"))
    staff = new_staff(by.practice, name, profession, username, password, roles)
    _mark_first(staff.user)
    if npi:
        staff.npi = npi
        staff.save(update_fields=["npi"])
    keep_change(by, [("added", "", staff.name)], staff=staff)
    record_audit(by, "write", f"staff {staff.pk}: taken on")
    return staff


def _mark_first(user: User) -> None:
    """Mark a password that somebody else set: at the first sign-in a new one is chosen."""
    user.first_password = True
    user.save(update_fields=["first_password"])


@transaction.atomic
def give_password(by: Staff, staff_id: int, password: str) -> Staff:
    """Set a new first password for someone who has forgotten theirs; their sessions end."""
    staff = Staff.objects.select_related("user").get(pk=staff_id, practice_id=by.practice_id)
    if staff.pk == by.pk:
        raise NotPossible(
            "You cannot do this for yourself. Change your own password under your name.", "staff"
        )
    _set_password(staff.user, password)
    _mark_first(staff.user)
    forget_second_factor(staff.user.pk)
    record_audit(by, "write", f"staff {staff.pk}: new first password")
    return staff


@transaction.atomic
def set_active(by: Staff, staff_id: int, active: bool) -> Staff:
    """Open or close someone's access; nobody can close their own. Whoever is closed out is signed out everywhere."""
    staff = Staff.objects.get(pk=staff_id, practice_id=by.practice_id)
    if staff.pk == by.pk and not active:
        raise NotPossible("You cannot do this for yourself. Ask another owner.", "staff")
    keep_change(by, [("active", str(staff.active), str(active))], staff=staff)
    staff.active = active
    staff.save(update_fields=["active"])
    if not active:
        end_all(of_account(staff.user_id))
    record_audit(by, "write", f"staff {staff.pk}: {'let in' if active else 'kept out'}")
    return staff


@transaction.atomic
def give_license(
    by: Staff, staff_id: int, state: str, number: str, expires_on: datetime.date, credentials: list[str]
) -> License:
    """Add a state license, new or renewed."""
    known("state", state, STATES)
    staff = Staff.objects.get(pk=staff_id, practice_id=by.practice_id)
    before = staff.licenses.filter(state=state).first()
    row, _ = License.objects.update_or_create(
        staff=staff,
        state=state,
        defaults={"number": number.strip()[:40], "expires_on": expires_on, "credentials": credentials},
    )
    keep_change(by, [(f"license {state}", license_words(before), license_words(row))], staff=staff)
    record_audit(by, "write", f"license of staff {staff.pk} in {state}")
    return row


@transaction.atomic
def add_location(by: Staff, name: str, state: str, place: str, locality: str) -> Location:
    """Add a location."""
    known("state", state, STATES)
    if locality:
        known("locality", locality, [row.number for row in load_localities() if row.state == state])
    row = Location.objects.create(
        practice_id=by.practice_id,
        name=name.strip()[:120],
        state=state,
        place=place[:2] or "11",
        locality=locality,
    )
    keep_change(by, [("added", "", row.name)], location=row)
    record_audit(by, "write", f"location {row.pk}")
    return row


class PracticeChange(TypedDict, total=False):
    """What `change_practice` can change."""

    name: str
    timezone: str
    language: str
    billing: Billing
    hours: WeekHours
    templates: tuple[NoteTemplate, ...]
    rules: PracticeRules
    fees: Fees


@transaction.atomic
def change_practice(by: Staff, **fields: Unpack[PracticeChange]) -> Practice:
    """Change name, time zone, language, billing, rules, fees; the core validates rules and fees."""
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)
    if "timezone" in fields:
        known("timezone", fields["timezone"], available_timezones())
    if "rules" in fields:
        read_practice(fields["rules"], "rules")
    if "fees" in fields:
        faults = fee_faults(fields["fees"], "fees")
        if faults:
            raise Refused(faults)
    if "billing" in fields and fields["billing"].npi and not npi_is_valid(fields["billing"].npi):
        raise Refused(
            Fault("npi", repr(fields["billing"].npi), "ten digits with a check digit that is right")
        )
    before = {name: getattr(practice, name) for name in fields}
    for name, value in fields.items():
        setattr(practice, name, value)
    keep_change(by, differences(before, dict(fields)))
    practice.save()
    record_audit(by, "write", f"practice: {', '.join(fields)}")
    return practice
