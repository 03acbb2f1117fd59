"""Who may set up an empty database: whoever can read the token that the server wrote on this machine."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from django.conf import settings

__all__ = ["first_run_token", "is_first_run_token", "set_up_is_done"]


def _file() -> Path:
    return Path(settings.DATA, "set-up-token")


def first_run_token() -> str:
    """Return the token, created when there is none yet."""
    path = _file()
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(16), encoding="ascii")
    return path.read_text(encoding="ascii")


def is_first_run_token(given: str) -> bool:
    """Return whether it is the token."""
    return hmac.compare_digest(given.encode(), first_run_token().encode())


def set_up_is_done() -> None:
    """Delete the token: set-up is done."""
    _file().unlink(missing_ok=True)
