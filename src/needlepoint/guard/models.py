"""Who signs in, and the trail of what was read and written."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Someone who signs in. What they are in a practice stands in `records.Staff`."""


class AuditEvent(models.Model):
    """One read or write of a patient's data. Rows are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    practice_id = models.BigIntegerField(db_index=True)
    staff_id = models.BigIntegerField(null=True)  # None: not the staff, see `who`
    who = models.CharField(max_length=20, default="staff")  # staff, patient, proxy, link, system
    patient_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=20)  # read, write, sign, print, search
    what = models.CharField(max_length=120)

    class Meta:
        indexes = [
            models.Index(fields=["practice_id", "-at"], name="audit_by_practice"),
            models.Index(fields=["patient_id", "-at"], name="audit_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.what}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Add the row; a row that is there is never changed."""
        if self.pk is not None:
            raise TypeError("an audit event is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Never."""
        raise TypeError("an audit event is never deleted")
