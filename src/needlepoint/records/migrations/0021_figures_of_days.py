"""The figures of past days, for the reports of the owner."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("records", "0020_accounts_at_the_desk"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DayFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("rows", models.JSONField(default=list)),
                (
                    "practice",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.practice"),
                ),
            ],
            options={
                "verbose_name_plural": "day figures",
                "constraints": [models.UniqueConstraint(fields=("practice", "day"), name="one_row_a_day")],
            },
        ),
    ]
