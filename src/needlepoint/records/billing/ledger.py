"""The account of a patient: charges, payments, refunds, voids, the balance. Rules are in `cost.ledger`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.db.models import Case, DecimalField, F, Max, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from needlepoint.base.refusal import NotPossible
from needlepoint.cost.ledger import (
    Entry,
    EntryKind,
    check_entry,
    check_refund,
    check_void,
    copay_left,
    load_desk,
    refundable,
)
from needlepoint.guard.audit.log import note_down_outside, record_audit
from needlepoint.records.models import LedgerEntry, Location, Patient, Practice, Staff, Visit

__all__ = [
    "Doubts", "balances", "charge", "charge_copay", "copays_left", "doubts_of", "drop_copay", "entry_of",
    "left_of", "refund", "set_copay",
    "take_payment", "void_entry",
]  # fmt: skip

KIND = LedgerEntry.Kind
ZERO = Decimal(0)
MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=12, decimal_places=2)
SIGNED = Case(When(kind=KIND.PAYMENT, then=-F("amount")), default=F("amount"), output_field=MONEY)


def entry_of(row: LedgerEntry) -> Entry:
    """Return the core's entry of a row."""
    return Entry(
        kind=cast(EntryKind, row.kind),
        amount=row.amount,
        purpose=row.purpose,
        method=row.method,
        reference=row.reference,
        voided=row.voided_at is not None,
        currency=row.currency,
    )


def balances(patients: Iterable[int]) -> dict[int, Decimal]:
    """Return what each patient owes, by id, in one query; a patient without entries owes nothing."""
    rows = LedgerEntry.objects.filter(patient__in=list(patients), voided_at=None).values("patient_id")
    sums = rows.annotate(owed=Coalesce(Sum(SIGNED), Value(Decimal(0)), output_field=MONEY))
    return {row["patient_id"]: row["owed"].quantize(Decimal("0.01")) for row in sums}


@transaction.atomic
def set_copay(staff: Staff, patient: Patient, copay: Decimal | None) -> None:
    """Save the copay on the card; None: not recorded."""
    patient.copay_usd = copay
    patient.save(update_fields=["copay_usd"])
    record_audit(staff, "write", "account: copay", patient.pk)


@transaction.atomic
def charge(
    staff: Staff,
    patient: Patient,
    location: Location,
    amount: Decimal,
    purpose: str,
    visit: Visit | None = None,
    words: str = "",
    key: str = "",
) -> LedgerEntry:
    """Add a charge to the account; a form that is sent twice adds it once."""
    if found := _same(staff, key):
        return found
    entry = Entry(kind="charge", amount=amount, purpose=purpose)
    check_entry(entry, words)
    if purpose == "copay" and visit is not None and _copays(visit).exists():
        raise NotPossible("The copay of this visit is on the account already.", "purpose")
    return _added(staff, patient, location, entry, visit=visit, words=words.strip(), key=key)


@transaction.atomic
def take_payment(
    staff: Staff,
    patient: Patient,
    location: Location,
    entry: Entry,
    visit: Visit | None = None,
    key: str = "",
) -> LedgerEntry:
    """Keep a payment, with the next receipt number of the practice; a form that is sent twice keeps it once."""
    check_entry(entry)
    number = _next_number(staff.practice_id)
    if found := _same(staff, key):
        return found
    return _added(staff, patient, location, entry, visit=visit, number=number, key=key)


class Doubts(NamedTuple):
    """Why a payment may be a mistake. `owed`: None where the amount is not more than is owed."""

    same: LedgerEntry | None
    reference: LedgerEntry | None
    owed: Decimal | None


def doubts_of(patient: Patient, entry: Entry, visit: Visit | None, key: str) -> Doubts | None:
    """Return what to ask before this payment is taken; None: nothing. A form that is sent twice is not asked about."""
    rows = LedgerEntry.objects.filter(practice_id=patient.practice_id, kind=KIND.PAYMENT, voided_at=None)
    if key and rows.filter(key=key).exists():
        return None
    owed = _due(patient, visit)
    found = Doubts(
        _taken_just_now(rows, patient, entry),
        _of_reference(rows, patient, entry),
        owed if entry.amount > owed else None,
    )
    return None if found == Doubts(None, None, None) else found


def _due(patient: Patient, visit: Visit | None) -> Decimal:
    """Return what is owed, with the copay that the check-in for this visit will charge."""
    owed = balances([patient.pk]).get(patient.pk, ZERO)
    if visit is not None and patient.copay_usd and not _copays(visit).exists():
        owed += patient.copay_usd
    return max(owed, ZERO)


def _taken_just_now(rows: QuerySet[LedgerEntry], patient: Patient, entry: Entry) -> LedgerEntry | None:
    since = timezone.now() - datetime.timedelta(minutes=load_desk().repeated.minutes)
    same = rows.filter(patient=patient, amount=entry.amount, method=entry.method, at__gte=since)
    return same.order_by("-pk").first()


def _of_reference(rows: QuerySet[LedgerEntry], patient: Patient, entry: Entry) -> LedgerEntry | None:
    """Return the payment with this reference; the number of a check is compared with the patient's own checks."""
    if not entry.reference.strip():
        return None
    method = load_desk().method_of(entry.method)
    since = timezone.now() - datetime.timedelta(days=load_desk().repeated.reference_days)
    same = rows.filter(method=entry.method, reference__iexact=entry.reference.strip(), at__gte=since)
    mine = same if method is not None and not method.in_drawer else same.filter(patient=patient)
    return mine.order_by("-pk").first()


@transaction.atomic
def refund(staff: Staff, entry_id: int, amount: Decimal, reason: str) -> LedgerEntry:
    """Give back a payment or a part of it, the way it was paid, with a receipt of its own."""
    number = _next_number(staff.practice_id)  # locks the practice: two refunds cannot pass each other
    paid = _mine(staff, entry_id)
    entry = Entry(
        kind="refund", amount=amount, purpose=paid.purpose, method=paid.method, reference=paid.reference
    )
    check_entry(entry, reason)
    check_refund(entry_of(paid), [entry_of(row) for row in paid.refunds.all()], amount, reason)
    more = {"visit": paid.visit, "words": reason.strip(), "refund_of": paid}
    return _added(staff, paid.patient, paid.location, entry, number=number, **more)


@transaction.atomic
def void_entry(staff: Staff, entry_id: int, reason: str) -> LedgerEntry:
    """Void an entry that was made in error, before its day is closed."""
    Practice.objects.select_for_update().get(pk=staff.practice_id)
    row = _mine(staff, entry_id)
    check_entry(entry_of(row), reason)
    refunds = [entry_of(one) for one in row.refunds.all()]
    check_void(entry_of(row), refunds, row.close_id is not None, reason)
    _void(row, staff, reason)
    record_audit(staff, "write", f"account: void of {row.kind} {row.pk}", row.patient_id)
    return row


def _void(row: LedgerEntry, staff: Staff | None, reason: str) -> None:
    row.voided_at, row.voided_by, row.void_reason = timezone.now(), staff, reason.strip()[:200]
    row.save(update_fields=["voided_at", "voided_by", "void_reason"])


def left_of(row: LedgerEntry) -> Decimal:
    """Return what of a payment may still be given back; `refunds` are prefetched."""
    return refundable(entry_of(row), [entry_of(one) for one in row.refunds.all()])


def charge_copay(visit: Visit, staff: Staff | None) -> None:
    """Add the copay on the card at check-in, once a visit. Nothing is added that nobody recorded."""
    copay = visit.patient.copay_usd
    if not copay or _copays(visit).exists():
        return
    LedgerEntry.objects.create(
        practice_id=visit.practice_id, location_id=visit.location_id, patient_id=visit.patient_id, visit=visit,
        kind=KIND.CHARGE, purpose="copay", amount=copay, by=staff,
    )  # fmt: skip
    note_down_outside(
        visit.practice_id, visit.patient_id, "system", "write", f"account: copay of visit {visit.pk}"
    )


def drop_copay(visit: Visit, staff: Staff | None) -> None:
    """Void the copay of a visit whose check-in is undone."""
    for row in _copays(visit):
        _void(row, staff, "check-in undone")


def _copays(visit: Visit) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(visit=visit, kind=KIND.CHARGE, purpose="copay", voided_at=None)


def copays_left(visits: Iterable[Visit], owed: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return what of the copay is still to be paid, by visit, in one query; a visit without a copay is left out.

    `visits`: with their patients; `owed`: balances by patient.
    """
    of_copay = LedgerEntry.objects.filter(
        visit__in=[row.pk for row in visits], purpose="copay", voided_at=None
    )
    sums: dict[tuple[int | None, str], Decimal] = {}
    for row in of_copay.values("visit_id", "kind").annotate(sum=Sum("amount")):
        sums[row["visit_id"], row["kind"]] = row["sum"]
    found = {row: sums.get((row.pk, KIND.CHARGE)) or row.patient.copay_usd for row in visits}
    return {
        row.pk: copay_left(
            copay,
            sums.get((row.pk, KIND.PAYMENT), ZERO) - sums.get((row.pk, KIND.REFUND), ZERO),
            owed.get(row.patient_id, ZERO),
            charged=(row.pk, KIND.CHARGE) in sums,
        )
        for row, copay in found.items()
        if copay
    }


def _mine(staff: Staff, entry_id: int) -> LedgerEntry:
    rows = LedgerEntry.objects.select_related("patient", "location", "visit").prefetch_related("refunds")
    return rows.get(pk=entry_id, practice_id=staff.practice_id)


def _same(staff: Staff, key: str) -> LedgerEntry | None:
    """Return the entry that this form made before."""
    return LedgerEntry.objects.filter(practice_id=staff.practice_id, key=key).first() if key else None


def _next_number(practice_id: int) -> int:
    """Return the next number of a receipt; the lock on the practice keeps the numbers without gaps."""
    Practice.objects.select_for_update().get(pk=practice_id)
    last = LedgerEntry.objects.filter(practice_id=practice_id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _added(staff: Staff, patient: Patient, location: Location, entry: Entry, **more: Any) -> LedgerEntry:
    row = LedgerEntry.objects.create(
        practice_id=staff.practice_id,
        patient=patient,
        location=location,
        kind=entry.kind,
        purpose=entry.purpose,
        method=entry.method,
        amount=entry.amount,
        currency=entry.currency,
        reference=entry.reference.strip(),
        by=staff,
        **more,
    )
    record_audit(staff, "write", f"account: {entry.kind} {row.pk}", patient.pk)
    return row
