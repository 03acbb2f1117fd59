"""Contact with a patient: links, codes, preferences, and messages to send."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from needlepoint.guard.fields import StructField
from needlepoint.records.models.clinic import Patient, Practice, Visit
from needlepoint.records.values import Filling


class MagicLink(models.Model):
    """A secret link that one patient was given for one purpose. Only its digest is stored."""

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=12)  # see records.portal.magic_links.PURPOSES
    practice = models.ForeignKey(Practice, models.PROTECT)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="links")
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, related_name="links")
    target = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # of links for a single use

    def __str__(self) -> str:
        return f"{self.purpose} link {self.pk}"


class OneTimeCode(models.Model):
    """A one-time code sent to an address of a patient. Hashed like a password; five tries, ten minutes."""

    link = models.ForeignKey(MagicLink, models.CASCADE, related_name="codes")
    channel = models.CharField(max_length=5)
    given_by = models.ForeignKey(
        "records.Staff", models.PROTECT, null=True, related_name="+"
    )  # at the front desk
    code = models.CharField(max_length=128)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code {self.pk}"


class ContactPreference(models.Model):
    """Whether a patient wants messages on this channel. Rows are only ever added; the last one applies."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="contact_preferences")
    channel = models.CharField(max_length=5)  # email, sms
    wanted = models.BooleanField()
    how = models.CharField(max_length=20)  # booking, intake, link, stop_word, desk
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "channel", "-at"], name="choices_last_first")]

    def __str__(self) -> str:
        return f"{self.channel} {'yes' if self.wanted else 'no'}"


class OutboxMessage(models.Model):
    """One message to send. Its text is made when it is sent and never contains health information.

    queued -> sending -> sent; or failed (given up), canceled (no longer wanted), doubtful (delivery unknown, because
    the worker died while sending: staff decide, it is not sent again automatically).
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        CANCELED = "canceled"
        DOUBTFUL = "doubtful"

    practice = models.ForeignKey(Practice, models.PROTECT)
    patient = models.ForeignKey(Patient, models.CASCADE, null=True, related_name="outgoing")
    to = models.CharField(max_length=254, blank=True)  # only where there is no patient yet
    channel = models.CharField(max_length=5)
    kind = models.CharField(max_length=20)  # of data/messages.toml
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, related_name="outgoing")
    words: StructField[Filling] = StructField(Filling, default=Filling)
    language = models.CharField(max_length=2, default="en")
    key = models.CharField(max_length=80, unique=True)  # idempotency key: the same key is sent once
    due_at = models.DateTimeField()
    at_once = models.BooleanField(default=False)  # just requested (a code): quiet hours do not delay it
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    worker = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True)
    handing_at = models.DateTimeField(null=True)  # from here on the mail server may have it
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "outgoing"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="outgoing_due"),
            models.Index(fields=["patient", "-due_at"], name="outgoing_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"
