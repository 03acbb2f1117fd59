"""The loose columns of a visit go: everything stands in its typed value."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0011_typed_visit_values")]

    operations = [
        migrations.RemoveConstraint("site", "a_site_once_a_visit"),
        migrations.RemoveField("site", "found"),
        migrations.RemoveField("site", "was_planned"),
        migrations.RemoveField("site", "done_at"),
        migrations.RemoveField("site", "done"),
        migrations.RemoveField("site", "voided_at"),
        migrations.AddConstraint(
            "site",
            models.UniqueConstraint(fields=["visit", "muscle", "side", "point"], name="a_site_once_a_visit"),
        ),
        migrations.RemoveField("visit", "complaint"),
        migrations.RemoveField("visit", "pain"),
        migrations.RemoveField("visit", "order"),
        migrations.RemoveField("visit", "session"),
        migrations.RemoveField("visit", "cleared"),
        migrations.RemoveField("vialopened", "given_ml"),
        migrations.RemoveField("vialopened", "discarded_ml"),
    ]
