"""The guard as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class GuardConfig(AppConfig):
    """Sign-in, roles, audit trail."""

    name = "needlepoint.guard"
    label = "guard"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for sign-ins."""
        from needlepoint.guard import signals  # noqa: F401
