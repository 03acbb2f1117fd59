"""Rename the fields of the renamed models, and the states that were spelled the British way."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("records", "0016_names_of_the_trade"),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint("slotlock", "held_by_one"),
        migrations.RenameField("slotlock", "asking", "booking_hold"),
        migrations.AddConstraint(
            "slotlock",
            models.CheckConstraint(
                condition=models.Q(("visit__isnull", True), ("booking_hold__isnull", True), _connector="XOR"),
                name="held_by_one",
            ),
        ),
        migrations.RenameField("bookinghold", "waiting", "waitlist_entry"),
        migrations.RenameField("followupsurvey", "cancelled_at", "canceled_at"),
        migrations.AlterModelOptions(
            name="slotlock",
            options={"verbose_name_plural": "slot locks"},
        ),
        migrations.AlterModelOptions(
            name="timeoff",
            options={"verbose_name_plural": "time off"},
        ),
        migrations.AlterModelOptions(
            name="waitlistentry",
            options={"verbose_name_plural": "waitlist entries"},
        ),
        migrations.AlterField(
            model_name="availability",
            name="location",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="availability",
                to="records.location",
            ),
        ),
        migrations.AlterField(
            model_name="availability",
            name="staff",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="availability", to="records.staff"
            ),
        ),
        migrations.AlterField(
            model_name="bookinghold",
            name="waitlist_entry",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="booking_holds",
                to="records.waitlistentry",
            ),
        ),
        migrations.AlterField(
            model_name="contactpreference",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contact_preferences",
                to="records.patient",
            ),
        ),
        migrations.AlterField(
            model_name="followupsurvey",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_up_surveys",
                to="records.visit",
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("sending", "Sending"),
                    ("sent", "Sent"),
                    ("failed", "Failed"),
                    ("canceled", "Canceled"),
                    ("doubtful", "Doubtful"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="patientlistitem",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="list_items", to="records.patient"
            ),
        ),
        migrations.AlterField(
            model_name="slotlock",
            name="booking_hold",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slot_locks",
                to="records.bookinghold",
            ),
        ),
        migrations.AlterField(
            model_name="slotlock",
            name="visit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slot_locks",
                to="records.visit",
            ),
        ),
        migrations.AlterField(
            model_name="timeoff",
            name="practice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="time_off", to="records.practice"
            ),
        ),
        migrations.AlterField(
            model_name="timeoff",
            name="staff",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="time_off",
                to="records.staff",
            ),
        ),
        migrations.AlterField(
            model_name="visit",
            name="state",
            field=models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("arrived", "Arrived"),
                    ("intake_done", "Intake Done"),
                    ("in_room", "In Room"),
                    ("to_sign", "To Sign"),
                    ("done", "Done"),
                    ("canceled", "Canceled"),
                    ("no_show", "No Show"),
                ],
                default="booked",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="waitlistentry",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="waitlist_entries",
                to="records.patient",
            ),
        ),
    ]
