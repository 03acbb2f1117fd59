"""Which of allauth's pages are available. The others keep their names, which allauth requires, and answer 404.

Users cannot add an email address or a password by themselves: an unproved address must never lead to a patient.
"""

from __future__ import annotations

from typing import Any

from allauth.account import urls as account
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern

OPEN = frozenset(
    [
        "account_login", "account_logout", "account_request_login_code", "account_confirm_login_code",
        "account_reauthenticate", "account_inactive",
    ]
)  # fmt: skip


def closed(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Answer 404."""
    raise Http404


urlpatterns = [
    row if row.name in OPEN else URLPattern(row.pattern, closed, {}, row.name)
    for row in account.urlpatterns
    if isinstance(row, URLPattern)
]
