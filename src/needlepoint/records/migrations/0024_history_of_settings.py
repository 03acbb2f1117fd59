"""Locations that are closed, and who changed what in the settings."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("records", "0023_referral_letters"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="location",
            name="active",
            field=models.BooleanField(default=True),
        ),
        migrations.CreateModel(
            name="SettingsChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("parts", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.staff"
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settings_changes",
                        to="records.location",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.practice"),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settings_changes",
                        to="records.staff",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["practice", "-at"], name="settings_history")],
            },
        ),
    ]
