"""The accounts of patients at the front desk. Entries are never deleted or changed: they are voided, with a reason."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from needlepoint.records.models.clinic import Location, Patient, Practice, Staff, Visit

__all__ = ["CashClose", "LedgerEntry"]


class CashClose(models.Model):
    """One close of a location's drawer: what the list says, what was counted, and why they differ."""

    practice = models.ForeignKey(Practice, models.PROTECT)
    location = models.ForeignKey(Location, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    expected = models.DecimalField(max_digits=10, decimal_places=2)
    counted = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, default="USD")
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["practice", "-at"], name="closes_by_practice")]

    def __str__(self) -> str:
        return f"cash of {self.at:%Y-%m-%d %H:%M}"


class LedgerEntry(models.Model):
    """One charge, payment or refund, as `cost.ledger` defines it. `number`: of its receipt; a charge has none."""

    class Kind(models.TextChoices):
        CHARGE = "charge"
        PAYMENT = "payment"
        REFUND = "refund"

    practice = models.ForeignKey(Practice, models.PROTECT)
    location = models.ForeignKey(Location, models.PROTECT)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="ledger")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="ledger")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    purpose = models.CharField(max_length=20)
    method = models.CharField(max_length=10, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3, default="USD")
    reference = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=200, blank=True)
    number = models.PositiveIntegerField(null=True)
    key = models.CharField(max_length=40, blank=True)  # of the form: sent twice, kept once
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")  # None: the system at check-in
    refund_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="refunds")
    close = models.ForeignKey(CashClose, models.PROTECT, null=True, related_name="entries")
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "ledger entries"
        indexes = [
            models.Index(fields=["patient", "-at"], name="ledger_by_patient"),
            models.Index(fields=["practice", "close", "at"], name="ledger_to_close"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="a_receipt_number_once"),
            models.UniqueConstraint(fields=["practice", "key"], condition=~Q(key=""), name="an_entry_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_entry_has_an_amount"),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(kind="charge", purpose="copay", voided_at=None),
                name="one_copay_a_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.amount} {self.currency}"
