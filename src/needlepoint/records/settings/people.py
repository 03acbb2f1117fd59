"""Staff members and locations: edited, ended and taken back, each with its history."""

from __future__ import annotations

import datetime
from typing import TypedDict

from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import RIGHTS
from needlepoint.guard.sign_in.sessions import end_all, of_account
from needlepoint.records.models import Availability, License, Location, Staff, Visit
from needlepoint.records.settings.history import differences, keep_change, license_words
from needlepoint.records.values import PostalAddress
from needlepoint.visit.facts import OPEN

__all__ = [
    "LocationEdit",
    "StaffEdit",
    "change_location",
    "change_staff",
    "remove_license",
    "set_location_active",
]

STAFF = ("name", "profession", "npi", "roles")
PLACE = ("name", "place", "locality", "phone", "rooms", "address")


class StaffEdit(TypedDict):
    """What the settings say of a staff member."""

    name: str
    profession: str
    npi: str
    roles: tuple[str, ...]


class LocationEdit(TypedDict):
    """What the settings say of a location."""

    name: str
    state: str
    place: str
    locality: str
    phone: str
    rooms: tuple[str, ...]
    address: PostalAddress


@transaction.atomic
def change_staff(
    by: Staff, staff_id: int, name: str, profession: str, npi: str, roles: tuple[str, ...]
) -> Staff:
    """Edit a staff member. New roles hold from the next sign-in: open sessions end, except one's own."""
    row = Staff.objects.select_for_update().get(pk=staff_id, practice_id=by.practice_id)
    if not roles or any(role not in RIGHTS for role in roles):
        raise Refused(Fault("roles", ", ".join(roles) or "none", f"some of {', '.join(RIGHTS)}"))
    if "owner" in row.roles and "owner" not in roles:
        _keep_an_owner(row)
    before = {key: getattr(row, key) for key in STAFF}
    row.name, row.profession, row.npi, row.roles = name.strip()[:120], profession, npi, tuple(roles)
    row.save(update_fields=list(STAFF))
    keep_change(by, differences(before, {key: getattr(row, key) for key in STAFF}), staff=row)
    if set(before["roles"]) != set(roles) and row.pk != by.pk:
        end_all(of_account(row.user_id))
    record_audit(by, "write", f"staff {row.pk}: edited")
    return row


def _keep_an_owner(row: Staff) -> None:
    """Raise NotPossible for the last owner."""
    others = Staff.objects.filter(practice_id=row.practice_id, active=True).exclude(pk=row.pk)
    if not any("owner" in other.roles for other in others):
        raise NotPossible("A practice needs an owner. Make somebody else an owner first.", "roles")


@transaction.atomic
def remove_license(by: Staff, license_id: int) -> None:
    """Remove a license that was entered in error; the history keeps it."""
    row = License.objects.select_related("staff").get(pk=license_id, staff__practice_id=by.practice_id)
    keep_change(by, [(f"license {row.state}", license_words(row), "")], staff=row.staff)
    record_audit(by, "write", f"license of staff {row.staff_id} in {row.state}: removed")
    row.delete()


@transaction.atomic
def change_location(
    by: Staff,
    location_id: int,
    name: str,
    state: str,
    place: str,
    locality: str,
    phone: str,
    rooms: tuple[str, ...],
    address: PostalAddress,
) -> Location:
    """Edit a location. Its state decides the law: it cannot change once there are visits."""
    row = Location.objects.select_for_update().get(pk=location_id, practice_id=by.practice_id)
    if state != row.state and Visit.objects.filter(location=row).exists():
        raise NotPossible(
            "This location has visits under the law of its state. Add the new one as another location.",
            "state",
        )
    before = {key: getattr(row, key) for key in ("state", *PLACE)}
    row.name, row.state, row.place, row.locality = name, state, place or row.place, locality
    row.phone, row.rooms, row.address = phone, rooms, address
    row.save()
    keep_change(by, differences(before, {key: getattr(row, key) for key in before}), location=row)
    record_audit(by, "write", f"location {row.pk}: edited")
    return row


@transaction.atomic
def set_location_active(by: Staff, location_id: int, active: bool) -> Location:
    """Close a location, or open it again. It is closed only when nobody is expected there."""
    row = Location.objects.select_for_update().get(pk=location_id, practice_id=by.practice_id)
    if not active:
        _check_nobody_comes(row)
    keep_change(by, [("active", str(row.active), str(active))], location=row)
    row.active = active
    row.save(update_fields=["active"])
    record_audit(by, "write", f"location {row.pk}: {'opened' if active else 'closed'}")
    return row


def _check_nobody_comes(row: Location) -> None:
    if not Location.objects.in_use().filter(practice_id=row.practice_id).exclude(pk=row.pk).exists():
        raise NotPossible("A practice needs a location. Add the new one first.", "location")
    soon = timezone.now() - datetime.timedelta(hours=12)
    states = [state.value for state in OPEN]
    if Visit.objects.filter(location=row, starts_at__gte=soon, state__in=states).exists():
        raise NotPossible("Visits are scheduled at this location. Move them first.", "location")
    if Availability.objects.filter(location=row).exists():
        raise NotPossible("Clinicians have office hours at this location. End them first.", "location")
