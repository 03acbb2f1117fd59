"""Changing a visit's draft: one transaction, one version, one row of what was before and after; and taking it back.

Every change says which version it was made on. If somebody else was quicker it is refused with the newer draft: nothing
is ever overwritten unseen. A change that a device sends twice (same `key`) is done once.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from needlepoint.guard.audit import note_down, note_down_outside
from needlepoint.records.models import Change, Site, Staff, Visit
from needlepoint.refusal import Fault, Refused

__all__ = ["Put", "Stale", "change", "change_by_patient", "site_key", "undo"]

VISIT_FIELDS = ("complaint", "pain", "order", "session", "cleared", "state", "room", "reason")
SITE_FIELDS = ("found", "planned", "volume_ml", "done", "done_at", "voided_at")


class Stale(Exception):  # noqa: N818 - the word of the house
    """The draft has moved on since the page was made. `visit` is the newer one."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        super().__init__(f"version {visit.version}")


class Put(NamedTuple):
    """One field to set: of the visit (`site` None) or of a site, by (muscle, side, point)."""

    field: str
    value: Any
    site: tuple[str, str, str] | None = None


def site_key(site: Site) -> tuple[str, str, str]:
    """By what a site is named."""
    return (site.muscle, site.side, site.point)


@transaction.atomic
def change(visit_id: int, staff: Staff, version: int, what: str, puts: Sequence[Put], key: str = "") -> Visit:
    """Set every field of `puts`, or nothing. Raises Stale for an old version, Refused for a visit that is closed."""
    visit = Visit.objects.select_for_update().get(pk=visit_id, practice_id=staff.practice_id)
    if key and Change.objects.filter(visit=visit, key=key).exists():
        return visit  # the answer was lost on the way; the change was not
    if not visit.open:
        given = "a signed visit" if visit.state == Visit.State.DONE else "a cancelled visit"
        raise Refused(Fault("visit", given, "a draft", "A signed note is amended, not changed."))
    if visit.version != version:
        raise Stale(visit)
    _keep(visit, staff, what, puts, key)
    note_down(staff, "write", f"visit {visit.pk}: {what}", visit.patient_id)
    return visit


# Where a patient's own words still go into the record by themselves; later they tell the clinician.
BEFORE_THE_ROOM = (Visit.State.BOOKED, Visit.State.ARRIVED, Visit.State.INTAKE_DONE)


@transaction.atomic
def change_by_patient(visit_id: int, what: str, puts: Sequence[Put]) -> Visit:
    """The same from the patient's side, until they are in the room. It is a version like any other."""
    visit = Visit.objects.select_for_update().get(pk=visit_id)
    if visit.state not in BEFORE_THE_ROOM:
        given = "a visit that has begun"
        raise Refused(Fault("visit", given, "one that is still ahead", "Tell the person who treats you."))
    _keep(visit, None, what, puts, "")
    note_down_outside(visit.practice_id, visit.patient_id, "patient", "write", f"visit {visit.pk}: {what}")
    return visit


def _keep(visit: Visit, staff: Staff | None, what: str, puts: Sequence[Put], key: str) -> None:
    """Set the fields and write down what was before and after, as the next version."""
    before, after = [], []
    for put in puts:
        old = _put(visit, put)
        name = list(put.site) if put.site else None
        before.append([name, put.field, old])
        after.append([name, put.field, _plain(put.value)])
    visit.version += 1
    visit.save()
    Change.objects.create(
        visit=visit, version=visit.version, staff=staff, what=what[:80], before=before, after=after, key=key
    )


def _put(visit: Visit, put: Put) -> Any:
    """Set one field; what it was before."""
    if put.site is None:
        if put.field not in VISIT_FIELDS:
            raise Refused(Fault(f"visit.{put.field}", "a field", f"one of {', '.join(VISIT_FIELDS)}"))
        old = _plain(getattr(visit, put.field))
        setattr(visit, put.field, put.value)
        return old
    if put.field not in SITE_FIELDS:
        raise Refused(Fault(f"site.{put.field}", "a field", f"one of {', '.join(SITE_FIELDS)}"))
    muscle, side, point = put.site
    site, _ = Site.objects.get_or_create(visit=visit, muscle=muscle, side=side, point=point, voided_at=None)
    old = _plain(getattr(site, put.field))
    setattr(site, put.field, _typed(put.field, put.value))
    site.save()
    return old


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def _typed(field: str, value: Any) -> Any:
    """As the model wants it: what came out of JSON is text."""
    if field == "volume_ml" and value is not None:
        return Decimal(str(value))
    if field in ("done_at", "voided_at") and isinstance(value, str):
        return datetime.datetime.fromisoformat(value)
    return value


def undo(visit_id: int, staff: Staff, version: int) -> Visit:
    """Take the last change back, as a change of its own. Refused when there is nothing left to take back."""
    last = _last_standing(visit_id)
    if last is None:
        raise Refused(Fault("undo", "a draft without changes", "something to take back"))
    puts = [Put(field, value, tuple(site) if site else None) for site, field, value in reversed(last.before)]
    return change(visit_id, staff, version, f"undo {last.version}: {last.what}", puts)


def _last_standing(visit_id: int) -> Change | None:
    """The last change that was not taken back yet."""
    taken: set[int] = set()
    for row in Change.objects.filter(visit_id=visit_id).order_by("-version"):
        if row.what.startswith("undo "):
            taken.add(int(row.what.removeprefix("undo ").split(":")[0]))
        elif row.version not in taken:
            return row
    return None
