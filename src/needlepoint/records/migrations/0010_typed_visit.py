"""The columns of the typed visit beside the old ones."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_told_insurance")]

    operations = [
        migrations.AlterField(
            "visit",
            "state",
            models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("arrived", "Arrived"),
                    ("intake_done", "Intake Done"),
                    ("in_room", "In Room"),
                    ("to_sign", "To Sign"),
                    ("done", "Done"),
                    ("cancelled", "Cancelled"),
                    ("no_show", "No Show"),
                ],
                default="booked",
                max_length=12,
            ),
        ),
        migrations.AddField("visit", "facts", models.JSONField(default=dict)),
        migrations.AddField("site", "signs", models.JSONField(default=dict)),
        migrations.AddField("site", "given", models.JSONField(null=True)),
        migrations.AddField("site", "withdrawn", models.JSONField(default=list)),
        migrations.RenameField("site", "planned", "was_planned"),
        migrations.AddField("site", "planned", models.BooleanField(null=True)),
        migrations.AddField("change", "command", models.CharField(blank=True, max_length=40)),
        migrations.AddField(
            "change",
            "undoes",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="records.change",
            ),
        ),
    ]
