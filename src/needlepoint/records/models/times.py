"""Scheduling: visit types, availability, holds, and which minutes are taken.

The database itself prevents double booking: a visit takes each five minutes of its clinician and of its room as a row,
and a unique index allows each such row once. This holds on every database with unique indexes, however many requests
come at the same moment.
"""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q

from needlepoint.cost.price import Item
from needlepoint.guard.encryption.fields import SecretStructField
from needlepoint.guard.fields import StructField
from needlepoint.records.models.clinic import Location, Patient, Practice, Staff, Visit
from needlepoint.records.schedule.person import BookingPerson
from needlepoint.records.values import Offer


class VisitType(models.Model):
    """One visit type that can be booked. `technique`: wet, dry or '' (consultation and examination only)."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="services")
    en = models.CharField(max_length=80)
    es = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField(default=30)
    technique = models.CharField(max_length=10, blank=True)
    # The likely codes of such a visit, for the price in advance.
    codes: StructField[tuple[str | Item, ...]] = StructField(tuple[str | Item, ...], default=tuple)
    for_new = models.BooleanField(default=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.en


class Availability(models.Model):
    """A weekly period in which a clinician sees patients at a location. `weekday`: 0 is Monday."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="availability")
    location = models.ForeignKey(Location, models.PROTECT, related_name="availability")
    weekday = models.PositiveSmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(begins__lt=models.F("ends")), name="an_opening_has_length"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.begins}-{self.ends}"


class TimeOff(models.Model):
    """Days on which a clinician (None: the whole practice) does not see patients, first and last day included."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="time_off")
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="time_off")
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name_plural = "time off"

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class BookingHold(models.Model):
    """A time on hold for someone who has not confirmed their address yet. Only then do they become a patient."""

    practice = models.ForeignKey(Practice, models.PROTECT)
    service = models.ForeignKey(VisitType, models.PROTECT)
    staff = models.ForeignKey(Staff, models.PROTECT)
    location = models.ForeignKey(Location, models.PROTECT)
    room = models.CharField(max_length=20, blank=True)
    starts_at = models.DateTimeField()
    person: SecretStructField[BookingPerson | None] = SecretStructField(
        BookingPerson, null=True
    )  # None: held for a waitlist offer
    waitlist_entry = models.ForeignKey(
        "records.WaitlistEntry", models.CASCADE, null=True, related_name="booking_holds"
    )
    digest = models.CharField(max_length=64, unique=True)  # of the secret that the browser holds
    code = models.CharField(max_length=128)  # hashed like a password
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"booking hold {self.pk} for {self.starts_at:%Y-%m-%d %H:%M}"


class SlotLock(models.Model):
    """Five minutes of one clinician in one room, taken by a visit or by a booking hold."""

    visit = models.ForeignKey(Visit, models.CASCADE, null=True, related_name="slot_locks")
    booking_hold = models.ForeignKey(BookingHold, models.CASCADE, null=True, related_name="slot_locks")
    staff = models.ForeignKey(Staff, models.PROTECT)
    location = models.ForeignKey(Location, models.PROTECT)
    room = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "slot locks"
        indexes = [models.Index(fields=["at"], name="held_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["staff", "at"], name="a_clinician_once_at_a_time"),
            models.UniqueConstraint(
                fields=["location", "room", "at"], condition=~Q(room=""), name="a_room_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=True) ^ Q(booking_hold__isnull=True), name="held_by_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class WaitlistEntry(models.Model):
    """Someone who wants an earlier time. A time that becomes free is offered to one person, for a while."""

    practice = models.ForeignKey(Practice, models.PROTECT)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="waitlist_entries")
    service = models.ForeignKey(VisitType, models.PROTECT)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True)
    instead_of = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+")  # their later visit
    until = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)
    offered: StructField[Offer | None] = StructField(Offer, null=True)
    offer_ends_at = models.DateTimeField(null=True)
    # Times that were offered and declined.
    declined: StructField[tuple[datetime.datetime, ...]] = StructField(
        tuple[datetime.datetime, ...], default=tuple
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "waitlist entries"
        indexes = [models.Index(fields=["practice", "closed_at", "made_at"], name="waiting_in_line")]

    def __str__(self) -> str:
        return f"waitlist entry {self.pk}"
