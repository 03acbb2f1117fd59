"""Rename the models to the terms that clinics and engineers use. Rows stay as they are."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

NAMES = {
    "Asking": "BookingHold",
    "Held": "SlotLock",
    "Listed": "PatientListItem",
    "CheckIn": "FollowUpSurvey",
    "Choice": "ContactPreference",
    "Waiting": "WaitlistEntry",
    "Closed": "TimeOff",
    "Opening": "Availability",
    "Service": "VisitType",
    "Link": "MagicLink",
    "Code": "OneTimeCode",
    "Outgoing": "OutboxMessage",
    "Access": "AccessGrant",
    "Change": "VisitChange",
}


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0015_typed_practice")]

    operations: ClassVar = [migrations.RenameModel(old, new) for old, new in NAMES.items()]
