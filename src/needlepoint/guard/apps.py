"""The guard as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class GuardConfig(AppConfig):
    """Sign-in, roles, audit trail."""

    name = "needlepoint.guard"
    label = "guard"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for sign-ins and for every patient whose record is read."""
        from django.apps import apps
        from django.db.models.signals import post_migrate

        from needlepoint.guard.audit.complete import watch_patients
        from needlepoint.guard.audit.triggers import close_log

        watch_patients(apps.get_model("records", "Patient"))
        post_migrate.connect(close_log, sender=self)
