"""Corrections and withdrawals of lots, with their history."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("records", "0021_figures_of_days"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="lot",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="LotChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("corrected", "Corrected"),
                            ("withdrawn", "Withdrawn"),
                            ("recalled", "Recalled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=200)),
                ("before", models.CharField(blank=True, max_length=200)),
                ("after", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.staff"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="records.lot"
                    ),
                ),
            ],
        ),
    ]
