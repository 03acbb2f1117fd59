"""What was changed in the settings of a practice: who, when, before and after. Rows are only ever added."""

from __future__ import annotations

from django.db import models

from needlepoint.guard.fields import StructField
from needlepoint.records.models.clinic import Location, Practice, Staff
from needlepoint.records.values import ChangedSetting

__all__ = ["SettingsChange"]


class SettingsChange(models.Model):
    """One act in the settings; about a staff member, a location, or (both None) the practice."""

    practice = models.ForeignKey(Practice, models.PROTECT)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="settings_changes")
    location = models.ForeignKey(Location, models.PROTECT, null=True, related_name="settings_changes")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    parts: StructField[tuple[ChangedSetting, ...]] = StructField(tuple[ChangedSetting, ...], default=tuple)

    class Meta:
        indexes = [models.Index(fields=["practice", "-at"], name="settings_history")]

    def __str__(self) -> str:
        return f"settings change {self.pk}"
