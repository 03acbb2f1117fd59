"""The records as Django knows them."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Practice, people, visits, notes, stock."""

    name = "needlepoint.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what sending services report."""
