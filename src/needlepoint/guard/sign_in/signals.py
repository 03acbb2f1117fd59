"""Log every sign-in and sign-out, on whichever page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out

from needlepoint.guard.audit.log import note_sign_in, record_audit
from needlepoint.guard.sign_in.again import proved_now

__all__ = ["listen", "signed_in", "signed_out"]


def listen() -> None:
    """Log every sign-in and sign-out from now on."""
    user_logged_in.connect(signed_in)
    user_logged_out.connect(signed_out)


def signed_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """Log the start of a session."""
    if kwargs.get("request") is not None:
        proved_now(kwargs["request"])
    note_sign_in(user, "", "signed in", "ok")


def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    """Log the end of a staff session."""
    if hasattr(user, "staff"):
        record_audit(user.staff, "sign-out", "signed out")
