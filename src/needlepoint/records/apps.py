"""The Django app of the records."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Practice, people, visits, notes, stock."""

    name = "needlepoint.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Log every patient whose record is read, and receive delivery reports of mail services."""
        from needlepoint.guard.audit.complete import watch_patients
        from needlepoint.records.models import Patient
        from needlepoint.records.outbox import bounces

        bounces.listen()
        watch_patients(Patient)
