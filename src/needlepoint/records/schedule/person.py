"""The contact details of a person who books online."""

from __future__ import annotations

import datetime
import re

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from needlepoint.base.refusal import Fault

__all__ = ["LONGEST_EMAIL", "LONGEST_NAME", "LONGEST_PHONE", "LONGEST_REASON", "BookingPerson"]

LONGEST_NAME, LONGEST_EMAIL, LONGEST_PHONE, LONGEST_REASON = 60, 254, 20, 200  # characters


class BookingPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Who books: enough to recognize them, and one way to contact them."""

    given: str
    family: str
    birth_date: datetime.date
    language: str = "en"
    email: str = ""
    phone: str = ""
    by: str = "email"  # email or sms: where the code goes
    remind: bool = False
    reason: str = ""
    needs: list[str] = []
    alerted: int | None = None  # the patient whose urgent task was made before the code was confirmed

    def faults(self) -> list[Fault]:
        """Return the faults of invalid values."""
        found = []
        for name in ("given", "family"):
            if not 1 <= len(getattr(self, name).strip()) <= LONGEST_NAME:
                found.append(Fault(name, "nothing or too much", f"a name of up to {LONGEST_NAME} letters"))
        if not datetime.date(1900, 1, 1) <= self.birth_date <= timezone.localdate():
            found.append(Fault("birth_date", str(self.birth_date), "a day from 1900 to today"))
        if self.email:
            try:
                validate_email(self.email)
            except ValidationError:
                found.append(Fault("email", self.email[:60], "an email address such as ana@example.org"))
        digits = re.sub(r"\D", "", self.phone)
        if self.phone and not 10 <= len(digits) <= 15:
            found.append(Fault("phone", self.phone[:30], "ten digits with the area code"))
        if not (self.email if self.by == "email" else self.phone):
            found.append(Fault(self.by, "nothing", "where we can send you a code"))
        return found
