"""What all clinic forms share: which fields were sent, and the answer to an invalid form."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from msgspec import UNSET, UnsetType

from needlepoint.pages.fields import WordsField

__all__ = ["TOO_LONG", "BackForm", "InvalidForm", "SentForm", "UncutForm", "as_get", "checked", "is_local"]

TOO_LONG = _("Use at most %(limit_value)d characters. There are %(show_value)d.")


class UncutForm(forms.Form):
    """A form without maxlength attributes: a browser that knows the limit silently cuts pasted text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.CharField) and "max_length" not in field.error_messages:
                field.error_messages = {**field.error_messages, "max_length": TOO_LONG}


class SentForm(UncutForm):
    """A form of which a page may send only some fields."""

    def sent(self, name: str) -> bool:
        """Return whether the page sent the field, empty or not."""
        return name in self.data

    def value_of(self, name: str) -> Any | UnsetType:
        """Return the cleaned value; UNSET for a field that was not sent."""
        return self.cleaned_data[name] if self.sent(name) else UNSET


F = TypeVar("F", bound=forms.Form)


class InvalidForm(Exception):  # noqa: N818 - not an error of the program
    """An invalid form. The middleware shows it again with what was typed, each error at its field."""

    def __init__(self, form: forms.Form) -> None:
        self.form = form
        super().__init__(f"{type(form).__name__}: {', '.join(form.errors)}")


def checked(form: F) -> F:
    """Return the form if it is valid. Raises InvalidForm."""
    if not form.is_valid():
        raise InvalidForm(form)
    return form


class BackForm(SentForm):
    """A form with the address to return to."""

    back = WordsField(500, required=False, widget=forms.HiddenInput)

    def back_or(self, url: str) -> str:
        """Return the page's own address if it belongs to this site, else `url`."""
        back: str = self.cleaned_data.get("back", "")
        return back if is_local(back) else url


def is_local(url: str) -> bool:
    """Return whether an address stays on this site."""
    return url.startswith("/") and not url.startswith(("//", "/\\"))


def as_get(request: HttpRequest) -> HttpRequest:
    """Return the same request as a GET, to answer with the page that it came from."""
    request.method = "GET"
    return request
