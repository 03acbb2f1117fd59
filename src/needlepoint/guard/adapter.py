"""How allauth is used here: patients sign in, nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

__all__ = ["PatientAdapter"]


class PatientAdapter(DefaultAccountAdapter):
    """Accounts are opened by the practice's link, never by a form that anyone can fill in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff to their day, everyone else to their own pages."""
        return reverse("today") if hasattr(request.user, "staff") else reverse("me")
