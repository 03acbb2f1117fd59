"""Sign-in, one's own password, and what of the access log is shown."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import QueryDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.guard.models import User
from needlepoint.pages.fields import ChoiceOf, DayField, IdField
from needlepoint.pages.forms import UncutForm

__all__ = ["LogForm", "OwnPassword", "SignInForm"]


class LogQuery(NamedTuple):
    """Which rows of the access log are shown: older than one, of a member of the staff, of a day, refused ones."""

    before: int | None
    staff: int | None
    day: datetime.date | None
    only: str


class LogForm(UncutForm):
    """Whose entries, of which day, before which entry, and whether only refused ones."""

    before = IdField(digits=18, required=False)
    staff = IdField(required=False)
    day = DayField(required=False)
    only = ChoiceOf(choices=[("", ""), ("refused", "refused")], required=False)

    def asked(self) -> LogQuery:
        """What was asked for; an odd value counts as nothing."""
        self.full_clean()
        sent = self.cleaned_data
        return LogQuery(
            sent.get("before") or None,
            sent.get("staff") or None,
            sent.get("day") or None,
            sent.get("only") or "",
        )


class SignInForm(UncutForm):
    """Name and password. Nothing else is said about them: a wrong one is answered like a missing one."""

    username = forms.CharField(required=False, strip=False)
    password = forms.CharField(required=False, strip=False)
    next = forms.CharField(required=False)

    def tried(self) -> tuple[str, str, str]:
        """Name (as long as one can be), password, and where to go on."""
        self.full_clean()
        sent = self.cleaned_data
        return sent.get("username", "")[:150], sent.get("password", ""), sent.get("next", "")


class OwnPassword(UncutForm):
    """The old password, and the new one twice."""

    old = forms.CharField(
        label=_("Current password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password (15 characters or more)"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Confirm new password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, data: QueryDict | None) -> None:
        super().__init__(data)
        self.user = user

    def clean_new(self) -> str:
        """Hard to guess, and not the one before."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        if new == self.data.get("old"):
            raise forms.ValidationError(say("Choose one that you have not used here."))
        return new

    def clean_again(self) -> str:
        """The same as above it."""
        again: str = self.cleaned_data["again"]
        if again != self.data.get("new"):
            raise forms.ValidationError(say("Passwords do not match."))
        return again
