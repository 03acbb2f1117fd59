"""PostgreSQL searches the beginning of a word by an index with pattern operators; SQLite needs none."""

from django.db import migrations

NAME = "patients_by_token_pattern"


def add(apps, schema_editor):
    """The index, on PostgreSQL only."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX {NAME} ON records_patienttoken (practice_id, token varchar_pattern_ops)"
        )


def remove(apps, schema_editor):
    """Without it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
