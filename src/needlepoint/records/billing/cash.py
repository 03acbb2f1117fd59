"""The day's cash of a location: the entries since the last close, and the close itself."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from needlepoint.cost.ledger import Drawer, check_close, drawer_of
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.billing.ledger import entry_of
from needlepoint.records.models import CashClose, LedgerEntry, Location, Practice, Staff

__all__ = ["close_day", "closes_of", "drawer", "moved", "still_open"]


def moved(practice_id: int) -> QuerySet[LedgerEntry]:
    """Return the payments and refunds of a practice, in order, with what the list shows."""
    rows = LedgerEntry.objects.filter(practice_id=practice_id).exclude(kind=LedgerEntry.Kind.CHARGE)
    return rows.select_related("patient", "by", "voided_by").order_by("at", "pk")


def still_open(location: Location) -> QuerySet[LedgerEntry]:
    """Return what a location has taken and given back since the last close."""
    return moved(location.practice_id).filter(location=location, close=None)


def drawer(rows: Sequence[LedgerEntry]) -> Drawer:
    """Return the sums of a list."""
    return drawer_of([entry_of(row) for row in rows])


def closes_of(practice_id: int, most: int) -> list[CashClose]:
    """Return the last closes, the newest first."""
    rows = CashClose.objects.filter(practice_id=practice_id).select_related("by", "location")
    return list(rows.order_by("-at", "-pk")[:most])


@transaction.atomic
def close_day(staff: Staff, location: Location, counted: Decimal, words: str) -> CashClose:
    """Close the list: its entries cannot be voided any more. A difference to the count is kept with its reason."""
    Practice.objects.select_for_update().get(pk=staff.practice_id)
    rows = list(still_open(location))
    sums = drawer(rows)
    check_close(sums, counted, words)
    found = CashClose.objects.create(
        practice_id=staff.practice_id, location=location, by=staff,
        expected=sums.counted, counted=counted, words=words.strip(),
    )  # fmt: skip
    LedgerEntry.objects.filter(pk__in=[row.pk for row in rows]).update(close=found)
    record_audit(staff, "write", f"cash: close {found.pk}")
    return found
