"""Who signs in, and the trail of what was read and written."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models

from needlepoint.guard.fields import StructField


class User(AbstractUser):
    """Someone who signs in. What they are in a practice stands in `records.Staff`."""

    # Somebody else typed it and knows it: it is good for one sign-in, in which a new one is chosen.
    first_password = models.BooleanField(default=False)


class AuditEvent(models.Model):
    """One sign-in, or one read or write of a patient's data. Rows are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    practice_id = models.BigIntegerField(db_index=True, null=True)  # None: a sign-in of nobody whom we know
    staff_id = models.BigIntegerField(null=True)  # None: not the staff, see `who`
    who = models.CharField(max_length=20, default="staff")  # staff, patient, proxy, link, system
    patient_id = models.BigIntegerField(null=True)
    # read, write, sign, print, search, sign-in, sign-out, code, refused
    action = models.CharField(max_length=20)
    what = models.CharField(max_length=120)
    role = models.CharField(max_length=80, default="")  # of the staff, at that time
    # Ids of those whom a list or a search showed.
    patients: StructField[tuple[int, ...]] = StructField(tuple[int, ...], default=tuple)
    outcome = models.CharField(max_length=12, default="ok")  # ok, wrong, too many, refused
    address = models.CharField(max_length=45, default="")
    session = models.CharField(max_length=12, default="")  # a digest: the same session has the same
    subject = models.CharField(max_length=32, default="")  # sign-ins: a digest of the name that was typed

    class Meta:
        indexes = [
            models.Index(fields=["practice_id", "-at"], name="audit_by_practice"),
            models.Index(fields=["patient_id", "-at"], name="audit_by_patient"),
            models.Index(fields=["subject", "-at"], name="audit_by_subject", condition=~models.Q(subject="")),
            models.Index(
                fields=["address", "-at"], name="audit_sign_in", condition=models.Q(action="sign-in")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.what}"

    def fields_told(self) -> dict[str, object]:
        """Every column with its value: what the chain is made over."""
        return {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a row that is there is never changed."""
        if self.pk is not None:
            raise TypeError("an audit event is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Never."""
        raise TypeError("an audit event is never deleted")


class AuditLink(models.Model):
    """One link of the chain over the access log. Rows are only ever added."""

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3, ... without a gap
    # No constraint: where an event was removed by force, its link stays and shows it.
    event = models.OneToOneField(AuditEvent, models.DO_NOTHING, related_name="link", db_constraint=False)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"link {self.number}"
