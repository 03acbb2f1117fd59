"""The figures of past days, computed from the visits and kept until one of them changes. Nothing else is stored."""

from __future__ import annotations

from django.db import models

from needlepoint.guard.fields import StructField
from needlepoint.records.models.clinic import Practice
from needlepoint.records.values import ClinicianFigures

__all__ = ["DayFigures"]


class DayFigures(models.Model):
    """One past day of a practice. It is deleted when a visit of the day changes, and computed again when asked for."""

    practice = models.ForeignKey(Practice, models.CASCADE)
    day = models.DateField()
    rows: StructField[tuple[ClinicianFigures, ...]] = StructField(tuple[ClinicianFigures, ...], default=tuple)

    class Meta:
        verbose_name_plural = "day figures"
        constraints = [models.UniqueConstraint(fields=["practice", "day"], name="one_row_a_day")]

    def __str__(self) -> str:
        return f"figures of {self.day}"
