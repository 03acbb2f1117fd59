"""A lot that was received wrongly: corrected or withdrawn, with the reason and its history; and who was given it."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import NotPossible
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Lot, LotChange, Staff, VialOpened

__all__ = ["correct", "given_from", "note_change", "withdraw"]

LEAST_WHY = 6  # letters


def note_change(
    lot: Lot, staff: Staff, what: LotChange.What, why: str = "", before: str = "", after: str = ""
) -> None:
    """Add a row to the history of a lot."""
    LotChange.objects.create(lot=lot, by=staff, what=what, why=why[:200], before=before, after=after)


@transaction.atomic
def correct(
    staff: Staff, lot_id: int, *, number: str, expires_on: datetime.date, vials: int, why: str
) -> Lot:
    """Correct number, expiry and count in stock; Refused without a reason, and for the number of another lot."""
    lot = _open(staff, lot_id, why)
    same = Lot.objects.filter(practice_id=staff.practice_id, drug=lot.drug, number=number).exclude(pk=lot.pk)
    if same.exists():
        raise NotPossible("Lot %(lot)s of this drug is already in the inventory.", "number", lot=number)
    before = _words(lot)
    lot.number, lot.expires_on, lot.vials = number, expires_on, vials
    if _words(lot) == before:
        raise NotPossible("Nothing was changed.", "number")
    lot.save(update_fields=["number", "expires_on", "vials"])
    note_change(lot, staff, LotChange.What.CORRECTED, why, before, _words(lot))
    record_audit(staff, "write", f"lot {lot.pk}: corrected: {why[:120]}")
    return lot


@transaction.atomic
def withdraw(staff: Staff, lot_id: int, why: str) -> Lot:
    """Withdraw a lot that was received in error; Refused once a vial of it was opened."""
    lot = _open(staff, lot_id, why)
    if lot.opened.exists():
        raise NotPossible("A vial of this lot was opened. Correct the lot, or mark it as recalled.", "lot")
    before = _words(lot)
    lot.withdrawn_at, lot.vials = timezone.now(), 0
    lot.save(update_fields=["withdrawn_at", "vials"])
    note_change(lot, staff, LotChange.What.WITHDRAWN, why, before)
    record_audit(staff, "write", f"lot {lot.pk}: withdrawn: {why[:120]}")
    return lot


def _open(staff: Staff, lot_id: int, why: str) -> Lot:
    """Return the locked lot; Refused without a reason and for one that is out of use."""
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice_id=staff.practice_id)
    if sum(letter.isalpha() for letter in why) < LEAST_WHY:
        raise NotPossible("State the reason in a few words.", "why")
    if lot.recalled_at or lot.withdrawn_at:
        raise NotPossible("This lot is out of use and is not changed.", "lot")
    return lot


def _words(lot: Lot) -> str:
    return f"{lot.number} · {lot.expires_on.isoformat()} · {lot.vials}"


def given_from(staff: Staff, lot_id: int) -> tuple[VialOpened, ...]:
    """Return the opened vials of a lot with visit and patient, the newest first; the reading is on record."""
    rows = VialOpened.objects.filter(lot_id=lot_id, lot__practice_id=staff.practice_id)
    found = tuple(rows.select_related("visit__patient", "visit__clinician", "by").order_by("-at", "-pk"))
    record_audit(staff, "read", f"lot {lot_id}: {len(found)} vials given")
    return found
