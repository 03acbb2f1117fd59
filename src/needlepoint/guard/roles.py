"""What each role may do. Everything that is not listed is denied; the server checks every request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

__all__ = ["RIGHTS", "allowed", "may"]

# role -> rights. `chart`: see clinical content; `examine`: change it; `sign`: sign notes; `desk`: find and schedule;
# `receive`: check in and room patients; `overbook`: two visits at one time; `stock`: drugs and lots; `bill`:
# accounts and claims; `collect`: take payments; `refund`: give them back and void them; `reports`: the practice's
# figures; `settings`: the practice itself.
RIGHTS: dict[str, frozenset[str]] = {
    "clinician": frozenset({"desk", "receive", "overbook", "chart", "examine", "sign", "stock"}),
    "assistant": frozenset({"desk", "receive", "chart", "examine", "stock", "collect"}),
    "front_desk": frozenset({"desk", "receive", "collect"}),
    "biller": frozenset({"desk", "chart", "bill", "collect", "refund"}),
    "owner": frozenset(
        {"desk", "receive", "overbook", "settings", "stock", "bill", "collect", "refund", "reports"}
    ),
}


def may(staff: Any, right: str) -> bool:
    """Return whether any role of this staff member has the right."""
    return staff is not None and any(right in RIGHTS.get(role, frozenset()) for role in staff.roles)


def allowed(right: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a view for signed-in staff with this right; others are sent to sign in, or refused."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(getattr(request, "staff", None), right):
                raise PermissionDenied(right)
            return view(request, *args, **kwargs)

        return guarded

    return around
