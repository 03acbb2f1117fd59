"""The inventory: lots by drug, what may be used today, what was opened and discarded."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypedDict

import biip
from django.db import transaction
from django.utils import timezone

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Lot, LotChange, Staff, VialOpened, Visit
from needlepoint.records.settings.lot_changes import note_change
from needlepoint.visit.commands import OpenVial

__all__ = ["Scanned", "read_barcode", "recall", "receive", "return_vial", "usable", "use_vial", "vial_of"]


class Scanned(TypedDict):
    """The content of a lot's barcode."""

    gtin: str
    number: str
    expires_on: datetime.date | None


def read_barcode(text: str) -> Scanned:
    """Read a GS1 barcode (as typed by a scanner); Refused when it has no product number."""
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
    """Receive a lot; more of the same lot adds its vials."""
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
        _check_same(lot, fields)
        lot.vials += vials
        lot.save(update_fields=["vials"])
    record_audit(staff, "write", f"lot {lot.pk}: {vials} received")
    note_change(lot, staff, LotChange.What.RECEIVED, after=f"+{vials}")
    return lot


def _check_same(lot: Lot, fields: Mapping[str, object]) -> None:
    """Refuse more vials of a lot whose label says something else than the record."""
    named = ("concentration_percent", "vial_ml", "expires_on", "single_dose")
    if any(name in fields and fields[name] != getattr(lot, name) for name in named):
        raise NotPossible(
            "Lot %(lot)s is on record with another concentration, vial size, expiry or kind. Check the label.",
            "lot",
            lot=lot.number,
        )


@transaction.atomic
def recall(staff: Staff, lot_id: int) -> Lot:
    """Recall a lot."""
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice_id=staff.practice_id)
    lot.recalled_at = timezone.now()
    lot.save(update_fields=["recalled_at"])
    record_audit(staff, "write", f"lot {lot.pk}: recalled")
    note_change(lot, staff, LotChange.What.RECALLED)
    return lot


def usable(practice_id: int, drug: str, on: datetime.date) -> list[Lot]:
    """Return the lots of a drug that may be used on that day, the first to expire first."""
    rows = Lot.objects.filter(
        practice_id=practice_id,
        drug=drug,
        vials__gt=0,
        recalled_at=None,
        withdrawn_at=None,
        expires_on__gte=on,
    )
    return list(rows.order_by("expires_on", "pk"))


def vial_of(staff: Staff, lot_id: int) -> OpenVial:
    """Return the command to open one vial of a lot; whether the lot may be used is checked when it is taken."""
    lot = Lot.objects.get(pk=lot_id, practice_id=staff.practice_id)
    return OpenVial(
        lot_id=lot.pk,
        lot=lot.number,
        drug=lot.drug,
        concentration_percent=lot.concentration_percent.normalize(),
        vial_ml=lot.vial_ml.normalize(),
        single_dose=lot.single_dose,
    )


def use_vial(visit: Visit, lot_id: int, staff: Staff | None) -> None:
    """Take one vial of a lot for a visit; Refused for a lot that is recalled, expired or used up."""
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice_id=visit.practice_id)
    day = visit.day
    if lot.withdrawn_at:
        raise NotPossible("Lot %(lot)s is withdrawn. Use another lot.", "lot", lot=lot.number)
    if lot.recalled_at:
        raise NotPossible("Lot %(lot)s is recalled. Use another lot.", "lot", lot=lot.number)
    if lot.expires_on < day:
        raise NotPossible("Lot %(lot)s is expired. Use another lot.", "lot", lot=lot.number)
    if not lot.vials:
        raise NotPossible("Lot %(lot)s is used up. Use another lot.", "lot", lot=lot.number)
    lot.vials -= 1
    lot.save(update_fields=["vials"])
    VialOpened.objects.create(lot=lot, visit=visit, by=staff or visit.clinician)


def return_vial(visit: Visit, lot_id: int) -> None:
    """Return one vial that was recorded in error."""
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice_id=visit.practice_id)
    last = VialOpened.objects.filter(lot=lot, visit=visit).order_by("-pk").first()
    if last is None:
        return
    last.delete()
    lot.vials += 1
    lot.save(update_fields=["vials"])
