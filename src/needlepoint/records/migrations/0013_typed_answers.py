"""The answers of an intake get one shape; a line that nobody explained has no meaning instead of an empty one."""

from django.db import migrations, models

BATCH = 500
OWN = ("signs", "signs_asked", "care")


def shaped(answers):
    """The answers to questions by themselves, beside the warning signs and the treatments that were tried."""
    given = {name: value for name, value in answers.items() if name not in OWN and value is not None}
    found = {name: answers[name] for name in OWN if answers.get(name) is not None}
    return found | ({"given": given} if given else {})


def shape_answers(apps, schema_editor):
    """Every intake that holds answers."""
    intakes = apps.get_model("records", "Intake").objects.exclude(answers={})
    rows = []
    for row in intakes.only("answers").iterator(BATCH):
        row.answers = shaped(row.answers)
        rows.append(row)
    intakes.model.objects.bulk_update(rows, ["answers"], batch_size=BATCH)


def drop_empty_meanings(apps, schema_editor):
    """NULL where nobody answered."""
    apps.get_model("records", "Listed").objects.filter(meaning={}).update(meaning=None)


class Migration(migrations.Migration):
    dependencies = [("records", "0012_typed_visit_alone")]

    operations = [
        migrations.RunPython(shape_answers),
        migrations.AlterField("listed", "meaning", models.JSONField(null=True)),
        migrations.RunPython(drop_empty_meanings),
    ]
