"""Signing in again: what a session may do for hours, and what needs the password once more.

Whoever finds a desk that somebody has left signs nothing, goes over no stop, and changes no roles.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

__all__ = [
    "SignAgainError",
    "came_back",
    "must_sign_again",
    "proved_now",
    "sign_again_before",
    "sign_again_now",
]

PROVED, AWAY = "password_at", "was_away_at"


class SignAgainError(PermissionDenied):
    """The password is needed before this is done."""


def proved_now(request: HttpRequest) -> None:
    """The account proved a moment ago who it is."""
    request.session[PROVED] = int(time.time())


def came_back(request: HttpRequest) -> None:
    """Nobody had done anything for a while: somebody else may sit there now."""
    request.session[AWAY] = int(time.time())


def must_sign_again(request: HttpRequest, within_seconds: int) -> bool:
    """Return whether the last sign-in is older than that, or the session was inactive since."""
    proved, away = int(request.session.get(PROVED, 0)), int(request.session.get(AWAY, 0))
    return time.time() - proved > within_seconds or away > proved


def sign_again_now(request: HttpRequest, act: str) -> None:
    """Raise SignAgainError where this act needs the password once more; `act`: see SIGN_AGAIN_SECONDS."""
    if must_sign_again(request, settings.SIGN_AGAIN_SECONDS[act]):
        raise SignAgainError(act)


def sign_again_before(act: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a POST through only after a recent sign-in; used inside `allowed`."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                sign_again_now(request, act)
            return view(request, *args, **kwargs)

        return guarded

    return around
