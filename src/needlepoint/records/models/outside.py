"""What patients enter online, and what they are given."""

from __future__ import annotations

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import Q

from needlepoint.guard.encryption.fields import SecretBinaryField, SecretStructField, SecretTextField
from needlepoint.guard.fields import StructField
from needlepoint.records.models.clinic import Patient, Practice, Staff, Visit
from needlepoint.records.values import CheckInAnswer, IntakeAnswers, PageOrder, ShownWarning, every_right


class OwnWords(models.Model):
    """A section of the public site in the practice's own text, replacing ours. Rows are only ever added."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="own_words")
    section = models.CharField(max_length=60)  # id of leaflets
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=6000)
    shown = models.BooleanField(default=True)
    by = models.ForeignKey(Staff, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "own words"
        indexes = [models.Index(fields=["practice", "section", "language", "-at"], name="words_last_first")]

    def __str__(self) -> str:
        return f"{self.section} ({self.language})"


class Intake(models.Model):
    """What a patient answers at home before a visit. A draft with a version until it is submitted."""

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="intake")
    answers: SecretStructField[IntakeAnswers] = SecretStructField(IntakeAnswers, default=IntakeAnswers)
    version = models.PositiveIntegerField(default=0)
    orders: StructField[dict[str, PageOrder]] = StructField(dict[str, PageOrder], default=dict)  # by section
    began_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    # Red flags raised by the current answers, by id.
    flags: StructField[tuple[str, ...]] = StructField(tuple[str, ...], default=tuple)
    warnings: StructField[tuple[ShownWarning, ...]] = StructField(tuple[ShownWarning, ...], default=tuple)

    def __str__(self) -> str:
        return f"intake of visit {self.visit_id}"


class Picture(models.Model):
    """A photo that a patient sent, re-encoded as JPEG: nothing of the original file is kept."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="pictures")
    kind = models.CharField(max_length=12)  # card_front, card_back
    jpeg = SecretBinaryField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class GivenEstimate(models.Model):
    """A good faith estimate: when it was requested or a visit booked, when it is due, when it was given."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="estimates")
    language = models.CharField(max_length=2)
    because = models.CharField(max_length=12)  # scheduled, asked, changed
    started_on = models.DateField()
    due_on = models.DateField()
    tried_at = models.DateTimeField(null=True)  # when it last failed; it is tried again after a while
    given_at = models.DateTimeField(null=True)
    total_usd = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    value: SecretStructField[msgspec.Raw | None] = SecretStructField(
        msgspec.Raw, null=True
    )  # cost.protection.GoodFaithEstimate as given
    pdf = SecretBinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_on"], condition=Q(given_at=None), name="estimates_due")]

    def __str__(self) -> str:
        return f"estimate of visit {self.visit_id} due {self.due_on}"


class Screening(models.Model):
    """Three questions about help with the price, and their result. Rows are only ever added."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="screenings")
    people = models.PositiveSmallIntegerField()
    income_usd = models.DecimalField(max_digits=12, decimal_places=2)  # a year
    insured = models.BooleanField()
    percent_of_poverty = models.DecimalField(max_digits=9, decimal_places=1)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"screening {self.pk}"


class FollowUpSurvey(models.Model):
    """One follow-up survey after a session: pain now, and how it went. `moment` as in outcomes."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="follow_up_surveys")
    moment = models.CharField(max_length=8)
    due_at = models.DateTimeField()
    pain = models.PositiveSmallIntegerField(null=True)
    answers: SecretStructField[dict[str, CheckInAnswer]] = SecretStructField(
        dict[str, CheckInAnswer], default=dict
    )
    # Ids of the safety alerts in outcomes that were raised.
    worries: StructField[tuple[str, ...]] = StructField(tuple[str, ...], default=tuple)
    answered_at = models.DateTimeField(null=True)
    canceled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "moment"], name="a_moment_once"),
            models.CheckConstraint(condition=Q(pain=None) | Q(pain__lte=10), name="pain_from_0_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.moment} after visit {self.visit_id}"


class AccessGrant(models.Model):
    """Which account may see which patient: the patient's own (`self`), or a person they named (`proxy`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="accesses")
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="accesses")
    relation = models.CharField(max_length=6)  # self, proxy
    named = models.CharField(max_length=120, blank=True)
    # Of a proxy: some of HELPER_RIGHTS.
    rights: StructField[tuple[str, ...]] = StructField(tuple[str, ...], default=every_right)
    given_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "accesses"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "patient"], condition=Q(ended_at=None), name="an_access_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.relation} of patient {self.patient_id}"


class Feedback(models.Model):
    """Praise or complaint, with or without a name. Never deleted; the answer is recorded."""

    practice = models.ForeignKey(Practice, models.PROTECT)
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="feedback")
    kind = models.CharField(max_length=10)  # praise, idea, complaint
    text = SecretTextField(max_length=4000)
    contact = SecretTextField(max_length=254, blank=True)
    language = models.CharField(max_length=2, default="en")
    at = models.DateTimeField(auto_now_add=True)
    answer = SecretTextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
