"""Template context of every page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from needlepoint.guard.roles import RIGHTS, may

__all__ = ["site"]


def site(request: HttpRequest) -> dict[str, object]:
    """Return who is signed in, in which practice, with which rights."""
    staff = getattr(request, "staff", None)
    rights = {right: may(staff, right) for rights in RIGHTS.values() for right in rights}
    return {"staff": staff, "rights": rights, "demo": settings.DEMO}
