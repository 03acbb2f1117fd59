"""The referring doctor of a patient, and the letters to that doctor."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("records", "0022_changes_of_lots"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="patient",
            name="referrer",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="ReferralLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to", models.JSONField()),
                ("asked", models.TextField(blank=True)),
                ("pdf", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.staff")),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="records.note"
                    ),
                ),
            ],
        ),
    ]
