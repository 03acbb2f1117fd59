"""The Django app of the guard."""

from __future__ import annotations

from django.apps import AppConfig


class GuardConfig(AppConfig):
    """Sign-in, roles, audit log."""

    name = "needlepoint.guard"
    label = "guard"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Log every sign-in, and make the log append-only once its tables exist."""
        from django.db.models.signals import post_migrate

        from needlepoint.guard.audit.triggers import close_log
        from needlepoint.guard.sign_in import signals

        signals.listen()
        post_migrate.connect(close_log, sender=self)
