"""Start Django for the commands that need the database."""

from __future__ import annotations

import os

__all__ = ["start_django"]


def start_django() -> None:
    """Set Django up, once and only for the commands that need it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlepoint.site.settings")
    import django

    django.setup()
