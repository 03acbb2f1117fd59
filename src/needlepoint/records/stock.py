"""The shelf: lots by drug, what may be used today, what was opened and thrown away."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import biip
from django.db import transaction
from django.utils import timezone

from needlepoint.guard.audit import note_down
from needlepoint.records.models import Lot, Staff, VialOpened, Visit
from needlepoint.refusal import Fault, Refused

__all__ = ["Scanned", "open_vial", "read_barcode", "recall", "receive", "usable"]


class Scanned(dict[str, Any]):
    """What a barcode says: gtin, number, expires_on."""


def read_barcode(text: str) -> Scanned:
    """A GS1 barcode (as a scanner types it); Refused when it holds no product number."""
    try:
        found = biip.parse(text.strip())
    except biip.ParseError:
        raise Refused(Fault("barcode", repr(text[:60]), "a GS1 barcode", "Scan it again.")) from None
    message = found.gs1_message
    if message is None or found.gtin is None:
        raise Refused(Fault("barcode", repr(text[:60]), "a GS1 barcode with a product number"))
    lot, expires = message.element_strings.get(ai="10"), message.element_strings.get(ai="17")
    return Scanned(
        gtin=found.gtin.value,
        number=lot.value if lot else "",
        expires_on=expires.date if expires else None,
    )


@transaction.atomic
def receive(staff: Staff, **fields: Any) -> Lot:
    """Put a lot on the shelf; more of the same lot adds its vials."""
    vials: int = fields.pop("vials")
    if not 1 <= vials <= 10_000:
        raise Refused(Fault("vials", str(vials), "from 1 to 10000"))
    if not str(fields["number"]).strip():
        raise Refused(Fault("number", "nothing", "the lot's number"))
    lot, made = Lot.objects.get_or_create(
        practice_id=staff.practice_id,
        drug=fields.pop("drug"),
        number=fields.pop("number"),
        defaults={**fields, "vials": vials},
    )
    if not made:
        lot.vials += vials
        lot.save(update_fields=["vials"])
    note_down(staff, "write", f"lot {lot.pk}: {vials} received")
    return lot


@transaction.atomic
def recall(staff: Staff, lot_id: int) -> Lot:
    """Take a lot out of use."""
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice_id=staff.practice_id)
    lot.recalled_at = timezone.now()
    lot.save(update_fields=["recalled_at"])
    note_down(staff, "write", f"lot {lot.pk}: recalled")
    return lot


def usable(practice_id: int, drug: str, on: datetime.date) -> list[Lot]:
    """The lots of a drug that may be used on that day, the one that expires first in front."""
    rows = Lot.objects.filter(
        practice_id=practice_id, drug=drug, vials__gt=0, recalled_at=None, expires_on__gte=on
    )
    return list(rows.order_by("expires_on", "pk"))


@transaction.atomic
def open_vial(
    staff: Staff, visit: Visit, lot_id: int, given_ml: Decimal, discarded_ml: Decimal
) -> VialOpened:
    """One vial of a lot for a visit; Refused for a lot that is recalled, expired or used up, or too small."""
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice_id=staff.practice_id)
    day = visit.day
    faults = []
    if lot.recalled_at:
        faults.append(Fault("lot", f"{lot.number}, recalled", "a lot that is not", "Take another lot."))
    if lot.expires_on < day:
        faults.append(Fault("lot", f"{lot.number}, expired {lot.expires_on}", f"one that holds on {day}"))
    if not lot.vials:
        faults.append(Fault("lot", f"{lot.number}, used up", "a lot with vials left"))
    if not (given_ml >= 0 and discarded_ml >= 0 and 0 < given_ml + discarded_ml <= lot.vial_ml):
        given = f"{given_ml} mL given and {discarded_ml} mL discarded"
        faults.append(Fault("volume", given, f"at most the {lot.vial_ml} mL of the vial"))
    if faults:
        raise Refused(faults)
    lot.vials -= 1
    lot.save(update_fields=["vials"])
    row = VialOpened.objects.create(
        lot=lot, visit=visit, by=staff, given_ml=given_ml, discarded_ml=discarded_ml
    )
    note_down(staff, "write", f"vial of lot {lot.pk} for visit {visit.pk}", visit.patient_id)
    return row
