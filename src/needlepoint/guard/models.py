"""Users, and the access log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models

from needlepoint.guard.fields import StructField


class User(AbstractUser):
    """A user who signs in. Their roles are in `records.Staff`."""

    # Set by somebody else: it is good for one sign-in, in which a new one must be chosen.
    first_password = models.BooleanField(default=False)


class AuditEvent(models.Model):
    """One sign-in, or one read or write of a patient's data. Rows are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    practice_id = models.BigIntegerField(db_index=True, null=True)  # None: a sign-in with an unknown name
    staff_id = models.BigIntegerField(null=True)  # None: not staff, see `who`
    who = models.CharField(max_length=20, default="staff")  # staff, patient, proxy, link, system
    patient_id = models.BigIntegerField(null=True)
    # read, write, sign, print, search, sign-in, sign-out, code, refused
    action = models.CharField(max_length=20)
    what = models.CharField(max_length=120)
    role = models.CharField(max_length=80, default="")  # of the staff, at that time
    # Ids of the patients in a list or search.
    patients: StructField[tuple[int, ...]] = StructField(tuple[int, ...], default=tuple)
    outcome = models.CharField(max_length=12, default="ok")  # ok, wrong, too many, refused
    address = models.CharField(max_length=45, default="")
    session = models.CharField(max_length=12, default="")  # a digest: equal for the same session
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
        """Return every column with its value: the input of the chain's hash."""
        return {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; an existing row is never changed."""
        if self.pk is not None:
            raise TypeError("an audit event is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Refuse: rows are never deleted."""
        raise TypeError("an audit event is never deleted")


class AuditLink(models.Model):
    """One link of the chain over the access log. Rows are only ever added."""

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3, ... without a gap
    # No constraint: if an event is removed by force, its link remains and reveals it.
    event = models.OneToOneField(AuditEvent, models.DO_NOTHING, related_name="link", db_constraint=False)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"link {self.number}"


class OpenSession(models.Model):
    """A session as people see it: where it is used and since when. One row for each account or patient it shows."""

    session_key = models.CharField(max_length=40, db_index=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="open_sessions")
    patient_id = models.BigIntegerField(null=True, db_index=True)  # who came with a code and has no account
    address = models.CharField(max_length=45, default="")
    agent = models.CharField(max_length=200, default="")  # what the browser says of itself
    began_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session_key", "user"], condition=models.Q(patient_id=None), name="session_by_user"
            ),
            models.UniqueConstraint(
                fields=["session_key", "patient_id"], condition=models.Q(user=None), name="session_by_patient"
            ),
        ]

    def __str__(self) -> str:
        return f"session since {self.began_at:%Y-%m-%d %H:%M}"


class OwnerToken(models.Model):
    """The token with which the first owner of a practice sets up an account, once. Only its digest is stored."""

    digest = models.CharField(max_length=64, unique=True)
    practice_id = models.BigIntegerField(db_index=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token for the owner of practice {self.practice_id}"
