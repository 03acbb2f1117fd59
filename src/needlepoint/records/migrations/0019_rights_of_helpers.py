"""What a helper may do, chosen by the patient; helpers of before keep everything. When a patient signed out everywhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


def everything() -> list[str]:
    return ["visits", "health", "messages", "costs"]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0018_us_spelling_of_canceled")]

    operations: ClassVar = [
        migrations.AddField("accessgrant", "rights", models.JSONField(default=everything)),
        migrations.AlterField("accessgrant", "rights", models.JSONField(default=list)),
        migrations.AddField("patient", "signed_out_at", models.DateTimeField(null=True)),
    ]
