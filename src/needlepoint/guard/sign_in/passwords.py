"""Passwords of the staff: which are refused, and how one is verified (NIST SP 800-63B-4, 3.1.1)."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from needlepoint.guard.models import User

__all__ = ["LEAST", "HardToGuess", "check", "set_own_password"]

LEAST = 15  # characters, where a password is the only factor
MOST = 256
LEAST_GUESSES_LOG10 = (
    10  # zxcvbn's estimate; its lists of common passwords, names and keyboard rows are offline
)
READ = 72  # characters that zxcvbn examines


class HardToGuess:
    """Django's validator: long enough, and not common, repeated, a keyboard row, or the user's own name."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with what to do instead."""
        if len(password) < LEAST:
            raise ValidationError(_("Use at least 15 characters. Four or five words in a row work well."))
        if len(password) > MOST:
            raise ValidationError(_("Use at most 256 characters."))
        own = [word for word in (user.username, user.email) if word] if user else []
        found = zxcvbn(password[:READ], user_inputs=[*own, "needlepoint"])
        if found["guesses_log10"] < LEAST_GUESSES_LOG10:
            raise ValidationError(
                _("This password is easy to guess. Use four or five words that do not belong together.")
            )

    def get_help_text(self) -> str:
        """Return the requirements."""
        return _("At least 15 characters. Four or five words in a row work well.")


def set_own_password(user: User, new: str) -> None:
    """Save a password that the user chose; no other one is required first from now on."""
    user.set_password(new)
    user.first_password = False
    user.save(update_fields=["password", "first_password"])


def check(request: HttpRequest, username: str, password: str) -> User | None:
    """Return the user with this name and password. One hash is always computed, even for an unknown name."""
    found = ModelBackend().authenticate(request, username=username, password=password)
    return found if isinstance(found, User) else None
