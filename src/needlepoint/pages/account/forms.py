"""Forms for sign-in, password changes and filters of the access log."""

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

__all__ = ["EndSessionForm", "LogForm", "OwnPassword", "SignAgainForm", "SignInForm"]


class LogQuery(NamedTuple):
    """Filters of the access log: before an entry, by staff member, by day, refused entries only."""

    before: int | None
    staff: int | None
    day: datetime.date | None
    only: str


class LogForm(UncutForm):
    """Filters of the access log, as a form."""

    before = IdField(digits=18, required=False)
    staff = IdField(required=False)
    day = DayField(required=False)
    only = ChoiceOf(choices=[("", ""), ("refused", "refused")], required=False)

    def asked(self) -> LogQuery:
        """Return the filters; an invalid value counts as not set."""
        self.full_clean()
        sent = self.cleaned_data
        return LogQuery(
            sent.get("before") or None,
            sent.get("staff") or None,
            sent.get("day") or None,
            sent.get("only") or "",
        )


class SignInForm(UncutForm):
    """Name and password. A wrong one gets the same answer as a missing one."""

    username = forms.CharField(required=False, strip=False)
    password = forms.CharField(required=False, strip=False)
    next = forms.CharField(required=False)

    def tried(self) -> tuple[str, str, str]:
        """Return the name (cut to its longest valid length), the password, and where to continue."""
        self.full_clean()
        sent = self.cleaned_data
        return sent.get("username", "")[:150], sent.get("password", ""), sent.get("next", "")


class SignAgainForm(UncutForm):
    """The password, and the page to go back to."""

    password = forms.CharField(label=_("Password"), required=False, strip=False)
    back = forms.CharField(required=False, widget=forms.HiddenInput)

    def tried(self) -> tuple[str, str]:
        """Password and page."""
        self.full_clean()
        return self.cleaned_data.get("password", ""), self.cleaned_data.get("back", "")


class EndSessionForm(UncutForm):
    """Which session is to end: one by its key, all others, or all."""

    end = IdField(digits=18, required=False)
    which = ChoiceOf(
        choices=[("", ""), ("others", "others"), ("everywhere", "everywhere")],
        required=False,
        widget=forms.HiddenInput,
    )

    def chosen(self) -> str | int:
        """'others', 'everywhere', or a key; 0 for none."""
        self.full_clean()
        return self.cleaned_data.get("which") or self.cleaned_data.get("end") or 0


class OwnPassword(UncutForm):
    """The current password, and the new one twice."""

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
        """Refused when it is easy to guess or unchanged."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        if new == self.data.get("old"):
            raise forms.ValidationError(say("Choose one that you have not used here."))
        return new

    def clean_again(self) -> str:
        """Refused when it differs from the one above."""
        again: str = self.cleaned_data["again"]
        if again != self.data.get("new"):
            raise forms.ValidationError(say("Passwords do not match."))
        return again
