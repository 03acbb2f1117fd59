"""Opening hours become times, and an offer's held time names the waitlist entry by a column of its own."""

import django.db.models.deletion
from django.db import migrations, models


def timed(hours):
    """The days that have both ends, with seconds as times are written."""
    found = {
        day: [f"{end}:00" if len(end) == 5 else end for end in ends]
        for day, ends in hours.items()
        if all(ends)
    }
    return {day: ends for day, ends in found.items() if len(ends) == 2}


def time_hours(apps, schema_editor):
    """Every practice's opening hours."""
    for row in apps.get_model("records", "Practice").objects.exclude(hours={}).only("hours"):
        row.hours = timed(row.hours)
        row.save(update_fields=["hours"])


def name_waiting(apps, schema_editor):
    """Times that are held for an offer."""
    waiting = set(apps.get_model("records", "Waiting").objects.values_list("pk", flat=True))
    for row in apps.get_model("records", "Asking").objects.only("person"):
        if "waiting" in (row.person or {}):
            number = row.person["waiting"]
            row.waiting_id, row.person = (number if number in waiting else None), None
            row.save(update_fields=["waiting", "person"])


class Migration(migrations.Migration):
    dependencies = [("records", "0014_tasks_say_what_they_are_about")]

    operations = [
        migrations.RunPython(time_hours),
        migrations.AlterField("asking", "person", models.JSONField(null=True)),
        migrations.AddField(
            "asking",
            "waiting",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="held_for",
                to="records.waiting",
            ),
        ),
        migrations.RunPython(name_waiting),
    ]
