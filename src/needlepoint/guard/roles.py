"""What each role may do. Nothing is allowed that does not stand here; the server asks at every request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

__all__ = ["RIGHTS", "allowed", "may"]

# role -> rights. `chart`: see clinical content; `examine`: change it; `sign`: sign notes; `desk`: find and book;
# `receive`: start visits and move them on; `overbook`: two visits at one time; `stock`: drugs and lots; `bill`:
# accounts and claims; `settings`: the practice itself.
RIGHTS: dict[str, frozenset[str]] = {
    "clinician": frozenset({"desk", "receive", "overbook", "chart", "examine", "sign", "stock"}),
    "assistant": frozenset({"desk", "receive", "chart", "examine", "stock"}),
    "front_desk": frozenset({"desk", "receive"}),
    "biller": frozenset({"desk", "chart", "bill"}),
    "owner": frozenset({"desk", "receive", "overbook", "settings", "stock", "bill"}),
}


def may(staff: Any, right: str) -> bool:
    """Whether any role of this member of staff carries the right."""
    return staff is not None and any(right in RIGHTS.get(role, frozenset()) for role in staff.roles)


def allowed(right: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view through only for signed-in staff with this right; others are sent to sign in, or refused."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(getattr(request, "staff", None), right):
                raise PermissionDenied(right)
            return view(request, *args, **kwargs)

        return guarded

    return around
