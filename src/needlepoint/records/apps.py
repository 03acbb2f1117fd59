"""The Django app of the records."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Practice, people, visits, notes, stock."""

    name = "needlepoint.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch what is read, reported and changed, and close the tables by practice after each migration."""
        from django.db.models.signals import post_migrate

        from needlepoint.guard.audit.complete import watch_patients
        from needlepoint.records.models import Patient
        from needlepoint.records.outbox import bounces
        from needlepoint.records.row_security import close_records
        from needlepoint.records.settings import figures

        post_migrate.connect(close_records, sender=self)
        bounces.listen()
        figures.listen()
        watch_patients(Patient)
