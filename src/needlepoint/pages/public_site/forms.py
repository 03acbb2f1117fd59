"""Forms of the public site; the patient portal shares the base class, the household and the feedback."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from needlepoint.base.refusal import Refused, RefusedSentence
from needlepoint.cost.protection.assist import MOST_PEOPLE, Household
from needlepoint.documents.leaflets.questions import AnswerOption, load_asked
from needlepoint.pages.forms import TOO_LONG, UncutForm
from needlepoint.pages.refusals import plain_words
from needlepoint.pages.templatetags.plain import KINDLY, kindly, said
from needlepoint.records.patients.feedback import KINDS, LONGEST_CONTACT, LONGEST_TEXT, SHORTEST_TEXT
from needlepoint.records.schedule.person import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_REASON,
    BookingPerson,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = [
    "FEEDBACK_KINDS",
    "CodeAddressForm",
    "CodeForm",
    "DetailsForm",
    "FeedbackForm",
    "HouseholdForm",
    "PatientForm",
    "PickedTime",
    "ReasonForm",
    "ResendForm",
    "TimeField",
    "errors_of",
    "offered_needs",
    "picked",
    "time_of",
]

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
FEEDBACK_KINDS = list(zip(KINDS, (_("A compliment"), _("A suggestion"), _("A complaint")), strict=True))
MOST_INCOME = 10_000_000  # US dollars a year; more is a typing error
YEARS = range(2000, 2101)  # of the times in addresses and buttons


class PatientForm(UncutForm):
    """A form for patients. Every error is shown at its field, and what was typed stays."""

    # The path of a fault in the records -> the field where it is shown.
    places: ClassVar[dict[str, str]] = {}
    # This form's own words for a fault, by its path, instead of the general ones.
    plain: ClassVar[dict[str, StrOrPromise]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and "inputmode" not in field.widget.attrs:
                field.error_messages = field.error_messages | {"max_length": TOO_LONG}

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal of the records at its fields, in plain words."""
        for fault in refusal.faults:
            place = self.places.get(fault.where, fault.where)
            name = place if place in self.fields else None
            if name is None or name not in self.errors:
                known = self.plain.get(fault.where) or KINDLY.get(fault.where)
                words = plain_words(refusal) if isinstance(refusal, RefusedSentence) else kindly(fault)
                self.add_error(name, known or words)

    def offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """Set the choices of a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def offer_rows(self, name: str, rows: QuerySet[Any]) -> None:
        """Set the rows of a field as its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def typed(self, name: str) -> str:
        """Return what was typed into a field, whether or not the form is valid."""
        return str(self[name].value() or "")


def errors_of(place: str, *codes: str) -> dict[str, StrOrPromise]:
    """Return the error messages of a field: the same plain words for every listed kind of error."""
    return dict.fromkeys(codes or ("required", "invalid", "max_length", "invalid_choice"), KINDLY[place])


def picked(options: list[AnswerOption]) -> list[tuple[str, str]]:
    """Return options of a question as choices in the language of the page."""
    return [(option.id, said(option)) for option in options]


def offered_needs() -> list[AnswerOption]:
    """Return the accessibility needs, without the answer that there are none."""
    return [option for option in load_asked()["needs"].option if option.id != "none"]


class BookSearchForm(PatientForm):
    """Words to look up in the muscle guide."""

    q = forms.CharField(
        label=_("Look up a muscle or a part of the body"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip


class HouseholdForm(PatientForm):
    """Household size and income: enough to know whether someone pays less."""

    people = forms.IntegerField(
        label=_("How many people live in your home, counting you?"), min_value=1, max_value=MOST_PEOPLE,
        error_messages=errors_of("people", "required", "invalid", "min_value", "max_value"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    income = forms.CharField(
        label=_("How much money does your household make in a year, before taxes? In dollars."),
        error_messages=errors_of("income"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    insured = forms.ChoiceField(
        label=_("Do you have health insurance?"), choices=YES_NO, required=False, widget=forms.RadioSelect,
        error_messages=errors_of("by"),
    )  # fmt: skip

    def clean_income(self) -> Decimal:
        """Return dollars a year: 24000, 24,000 and $24,000.00 are the same."""
        text = self.cleaned_data["income"].replace(",", "").removeprefix("$").strip()
        if not re.fullmatch(r"[0-9]+(\.[0-9]*)?", text) or Decimal(text) > MOST_INCOME:
            raise forms.ValidationError(KINDLY["income"])
        return Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def household(self, state: str | None) -> Household:
        """Return the household for the sliding scale."""
        return Household(
            people=self.cleaned_data["people"], income_usd=self.cleaned_data["income"], state=state
        )

    @property
    def is_insured(self) -> bool:
        """Return whether they said that they have insurance."""
        return bool(self.cleaned_data["insured"] == "yes")


class FeedbackForm(PatientForm):
    """A compliment, a suggestion or a complaint."""

    kind = forms.ChoiceField(
        label=_("What kind of feedback is it?"), widget=forms.RadioSelect, error_messages=errors_of("by"),
        choices=FEEDBACK_KINDS,
    )  # fmt: skip
    text = forms.CharField(
        label=_("Tell us"), min_length=SHORTEST_TEXT, max_length=LONGEST_TEXT,
        error_messages=errors_of("text", "required", "min_length"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("If you want an answer, give a phone number or email"), max_length=LONGEST_CONTACT, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip


class ReasonForm(PatientForm):
    """The reason for the visit, in the patient's own words."""

    reason = forms.CharField(
        label=_("Reason for your visit (optional)"), required=False, max_length=LONGEST_REASON
    )


class DetailsForm(ReasonForm):
    """Contact details for booking, checked by `BookingPerson`; each error is shown at its field."""

    places: ClassVar[dict[str, str]] = {"sms": "phone"}

    given = forms.CharField(
        label=_("First name"), max_length=LONGEST_NAME, error_messages=errors_of("given"),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )  # fmt: skip
    family = forms.CharField(
        label=_("Last name"), max_length=LONGEST_NAME, error_messages=errors_of("family"),
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )  # fmt: skip
    birth_date = forms.DateField(
        label=_("Date of birth"), input_formats=["%Y-%m-%d"], error_messages=errors_of("birth_date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
    )  # fmt: skip
    email = forms.CharField(
        label=_("Email"), max_length=LONGEST_EMAIL, required=False, error_messages=errors_of("email"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone (optional)"), max_length=LONGEST_PHONE, required=False, error_messages=errors_of("phone"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    by = forms.ChoiceField(
        label=_("Where should we send your code?"), widget=forms.RadioSelect, required=False,
        choices=[("email", _("Email")), ("sms", _("Text message"))], initial="email", error_messages=errors_of("by"),
    )  # fmt: skip
    remind = forms.BooleanField(
        label=_("Send me reminders and follow-up questions. I can stop them at any time."), required=False
    )
    needs = forms.MultipleChoiceField(
        label=_("What would make your visit easier?"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages=errors_of("by"),
    )  # fmt: skip
    website = forms.CharField(required=False)  # hidden: only a script fills it in

    def __init__(self, *args: Any, sms: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("needs", picked(offered_needs()))
        if sms:
            self.fields["phone"].label = _("Phone")
        else:
            self.fields["email"].help_text = _("We will send your code there.")
            self.fields["email"].widget.attrs["required"] = True

    def clean(self) -> dict[str, object]:
        """Apply the rules of `BookingPerson`, each error at its field."""
        if faults := self.person.faults():
            self.refuse(Refused(faults))
        return self.cleaned_data

    @property
    def person(self) -> BookingPerson:
        """Return the contact details as typed; missing or unreadable ones are errors of their fields already."""
        typed = self.cleaned_data
        return BookingPerson(
            given=typed.get("given", ""),
            family=typed.get("family", ""),
            birth_date=typed.get("birth_date") or datetime.date(1900, 1, 1),
            language="es" if (get_language() or "").startswith("es") else "en",
            email=typed.get("email", ""),
            phone=typed.get("phone", ""),
            by=typed.get("by") or "email",
            remind=bool(typed.get("remind")),
            reason=typed.get("reason", ""),
            needs=typed.get("needs", []),
        )


class CodeForm(PatientForm):
    """The six digits that were sent, with or without spaces."""

    plain: ClassVar[dict[str, StrOrPromise]] = {
        "code": _("That code is wrong. Try again, or ask for a new one.")
    }

    code = forms.CharField(
        label=_("Code"), max_length=20, error_messages=dict.fromkeys(("required", "max_length"), plain["code"]),
        widget=forms.TextInput(
            attrs={
                "class": "code", "inputmode": "numeric", "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
    )  # fmt: skip

    shared = forms.BooleanField(
        label=_("Other people use this device. Sign me out after 30 minutes."), required=False
    )

    def clean_code(self) -> str:
        """Return the digits alone."""
        digits = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", digits):
            raise forms.ValidationError(self.plain["code"])
        return digits


class ResendForm(PatientForm):
    """The request for another code, without fields."""

    plain: ClassVar[dict[str, StrOrPromise]] = {"code": _("We already sent several codes. Please call us.")}


class CodeAddressForm(PatientForm):
    """Another address for the code; the records check it."""

    places: ClassVar[dict[str, str]] = {"email": "address", "phone": "address", "sms": "address"}

    address = forms.CharField(max_length=LONGEST_EMAIL, required=False, error_messages=errors_of("email"))

    def __init__(self, *args: Any, by_text: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["address"]
        field.label = (
            _("Is the phone number wrong? Correct it:") if by_text else _("Is the email wrong? Correct it:")
        )
        field.widget.input_type = "tel" if by_text else "email"


class PickedTime(NamedTuple):
    """A time as sent by a button of the page."""

    staff_id: int
    starts_at: datetime.datetime


def time_of(text: str) -> datetime.datetime | None:
    """Return a time in an address, in UTC: 20261123T1430. None for anything else."""
    if not re.fullmatch(r"[0-9]{8}T[0-9]{4}", text):
        return None
    try:
        at = datetime.datetime.strptime(text, "%Y%m%dT%H%M").replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
    return at if at.year in YEARS else None


class TimeField(forms.CharField):
    """One of the times on the page: "<clinician>-<time>"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=errors_of("no such time"), widget=forms.HiddenInput, **kwargs)

    def clean(self, value: Any) -> PickedTime:
        """Return the clinician and the time."""
        staff, _dash, at = super().clean(value).partition("-")
        starts_at = time_of(at)
        if starts_at is None or not re.fullmatch(r"[0-9]{1,9}", staff):
            raise forms.ValidationError(self.error_messages["invalid"])
        return PickedTime(int(staff), starts_at)
