"""The history of the inventory: what was received, corrected, withdrawn and recalled. Rows are only ever added."""

from __future__ import annotations

from django.db import models

from needlepoint.records.models.clinic import Lot, Staff

__all__ = ["LotChange"]


class LotChange(models.Model):
    """One change of a lot: what was done, why, and the values before and after."""

    class What(models.TextChoices):
        """What was done."""

        RECEIVED = "received"
        CORRECTED = "corrected"
        WITHDRAWN = "withdrawn"
        RECALLED = "recalled"

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="changes")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=10, choices=What.choices)
    why = models.CharField(max_length=200, blank=True)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.lot} {self.what}"
