"""How allauth is used here: patients sign in, there is no sign-up, and its emails are sent in the practice's name."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import override

from needlepoint.records.models import AccessGrant, Patient, Practice
from needlepoint.records.settings.public_settings import signature

__all__ = ["PatientAdapter"]


class PatientAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth comes without types
    """An account is created only from the practice's link, never by a public form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Show no message: whoever has signed in can see that."""
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to the schedule, everyone else to their own pages."""
        return reverse("today") if hasattr(request.user, "staff") else reverse("me")

    def generate_login_code(self) -> str:
        """Return six digits, like every other code here."""
        return str(get_random_string(6, "0123456789"))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send it in the patient's language, with the practice's name, address and phone instead of a host name."""
        patient = _patient_of(email)
        if patient is None:
            super().send_mail(template_prefix, email, context)
            return
        around = context | _of_practice(patient.practice)
        with override(patient.language):
            message = self.render_mail(template_prefix, email, around)
        name = re.sub(r'[\r\n"<>\\]', " ", patient.practice.name)
        message.from_email = f'"{name}" <{settings.DEFAULT_FROM_EMAIL}>'
        message.send()


def _patient_of(email: str) -> Patient | None:
    """Return a patient whose pages an account with this address may see, or None."""
    rows = AccessGrant.objects.filter(user__emailaddress__email__iexact=email, ended_at=None)
    row = rows.select_related("patient__practice").order_by("pk").first()
    return row.patient if row else None


def _of_practice(practice: Practice) -> dict[str, str]:
    return {"practice_name": practice.name, "signature": signature(practice)}
