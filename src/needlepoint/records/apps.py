"""The Django app of the records."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Practice, people, visits, notes, stock."""

    name = "needlepoint.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Log every patient whose record is read, receive reports of mail services, keep the figures true."""
        from needlepoint.guard.audit.complete import watch_patients
        from needlepoint.records.models import Patient
        from needlepoint.records.outbox import bounces
        from needlepoint.records.settings import figures

        bounces.listen()
        figures.listen()
        watch_patients(Patient)
