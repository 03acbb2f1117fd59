"""What the front desk and the clinician enter about a patient."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from needlepoint.pages.fields import ChoiceOf, DayField, IdField, NumberField, PhoneField, WordsField
from needlepoint.pages.forms import BackForm, SentForm
from needlepoint.pages.schedule.forms import TimeForm
from needlepoint.records.models import PatientListItem
from needlepoint.records.settings.practice import STATES

__all__ = [
    "EditPatient",
    "LineForm",
    "MeasuresForm",
    "NewPatient",
    "PageForm",
    "ReplyForm",
    "StaffMessageForm",
    "VoidForm",
    "WalkInForm",
    "number_of_page",
    "slot_of",
]  # fmt: skip

MOST_REASON = 200


class NewPatient(SentForm):
    """What the front desk asks first; the rest can follow later."""

    given = WordsField(60, label=_("First name"))
    family = WordsField(60, label=_("Last name"))
    preferred = WordsField(60, label=_("Preferred name"), required=False)
    birth_date = DayField(label=_("Date of birth"), latest=DayField.today)
    sex = ChoiceOf(
        label=_("Sex"),
        required=False,
        choices=[
            ("", _("not specified")),
            ("female", _("female")),
            ("male", _("male")),
            ("intersex", _("intersex")),
        ],
    )
    language = ChoiceOf(label=_("Language"), choices=[("en", "English"), ("es", "Español")])
    phone = PhoneField(label=_("Phone"), required=False)
    email = forms.EmailField(label=_("Email"), required=False)


class Measures(SentForm):
    """Weight and height, on which doses depend."""

    weight_kg = NumberField("weight_kg", places=1, label=_("Weight (kg)"), required=False)
    height_cm = NumberField("height_cm", places=1, label=_("Height (cm)"), required=False)


class MeasuresForm(BackForm, Measures):
    """Weight and height, required by the plan; an empty field stays unchanged."""

    def measured(self) -> dict[str, Decimal]:
        """Return what was entered."""
        names = ("weight_kg", "height_cm")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] is not None}


class EditPatient(Measures, NewPatient):
    """Everything about a patient except clinical lists: weight for the dose, payer and member ID for the claim."""

    gender = WordsField(40, label=_("Gender identity"), required=False)
    line1 = WordsField(55, label=_("Street"), required=False)
    city = WordsField(30, label=_("City"), required=False)
    state = ChoiceOf(
        label=_("State"), required=False, choices=[("", ""), *((state, state) for state in STATES)]
    )
    zip = WordsField(
        10,
        label=_("ZIP code"),
        required=False,
        validators=[RegexValidator(r"\A[0-9]{5}(-?[0-9]{4})?\Z", _("Enter a ZIP code of 5 or 9 digits."))],
    )
    emergency_name = WordsField(120, label=_("Emergency contact"), required=False)
    emergency_phone = PhoneField(label=_("Emergency contact phone"), required=False)
    payer = WordsField(40, label=_("Payer"), required=False)
    payer_name = WordsField(60, label=_("Plan name (on insurance card)"), required=False)
    payer_id = WordsField(40, label=_("Payer ID"), required=False)
    member_id = WordsField(40, label=_("Member ID"), required=False)
    filing = ChoiceOf(
        label=_("Insurance type"),
        required=False,
        choices=[
            ("CI", _("Commercial")),
            ("MB", "Medicare Part B"),
            ("MC", "Medicaid"),
            ("WC", _("Workers' compensation")),
        ],
    )

    def clean_zip(self) -> str:
        """Return digits only, as on a claim."""
        return str(self.cleaned_data["zip"]).replace("-", "")


class LineForm(BackForm):
    """A line of a list, or that there is none."""

    kind = ChoiceOf(choices=[(kind, kind) for kind in PatientListItem.Kind.values], widget=forms.HiddenInput)
    text = WordsField(200, label=_("Name"), required=False)
    reaction = WordsField(200, label=_("Reaction"), required=False)
    none = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """Require a name, unless there is none."""
        found = super().clean() or {}
        if not found.get("none") and not found.get("text") and "text" not in self.errors:
            self.add_error("text", _("Enter a name."))
        return found


class VoidForm(SentForm):
    """Why a line is no longer valid."""

    reason = WordsField(MOST_REASON, label=_("Reason"))


class StaffMessageForm(SentForm):
    """A message about the patient to a colleague."""

    text = WordsField(1000, label=_("Message"), widget=forms.Textarea)
    to = IdField(required=False)


class ReplyForm(SentForm):
    """A message to the patient."""

    text = WordsField(1000, label=_("Message"), widget=forms.Textarea)


class WalkInForm(SentForm):
    """A walk-in visit."""

    clinician = IdField()
    location = IdField(required=False)
    reason = WordsField(MOST_REASON, label=_("Reason"), required=False)


class PageForm(SentForm):
    """The page number of a list."""

    page = IdField(required=False)


def number_of_page(sent: Any) -> int:
    """Return the requested page; the first one for an invalid number."""
    form = PageForm(sent)
    return max(form.cleaned_data["page"] or 1, 1) if form.is_valid() else 1


def slot_of(sent: Any) -> str:
    """Return the time chosen in the schedule before the patient; '' for none or an invalid one."""
    form = TimeForm(sent)
    return str(form.cleaned_data["slot"]) if form.is_valid() else ""
