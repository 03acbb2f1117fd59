"""What the front desk and the clinician enter about a patient."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.coverage.names import load_payer_names, load_second_reasons, payer_of, payers_near
from needlepoint.pages.fields import ChoiceOf, DayField, IdField, NumberField, PhoneField, WordsField
from needlepoint.pages.forms import BackForm, SentForm
from needlepoint.pages.schedule.forms import TimeForm
from needlepoint.pages.templatetags.plain import said
from needlepoint.records.models import PatientListItem
from needlepoint.records.patients.patients import CardFields
from needlepoint.records.settings.practice import STATES
from needlepoint.records.visit.evaluate import own_payers

__all__ = [
    "EditPatient",
    "EmergencyForm",
    "LineForm",
    "MeasuresForm",
    "NewPatient",
    "PageForm",
    "ReplyForm",
    "StaffMessageForm",
    "VoidLineForm",
    "WalkInForm",
    "number_of_page",
    "slot_of",
]  # fmt: skip

MOST_REASON = 200
SECOND = ("second_payer_name", "second_payer_id", "second_group_number", "second_reason")
FILINGS = [
    ("CI", _("Commercial")),
    ("MB", "Medicare Part B"),
    ("16", "Medicare Advantage"),
    ("MC", "Medicaid"),
    ("WC", _("Workers' compensation")),
    ("AM", _("Automobile")),
]
RELATIONS = [
    ("18", _("The patient is the subscriber")),
    ("01", _("Spouse")),
    ("19", _("Child")),
    ("G8", _("Other relationship")),
]


class PayerField(WordsField):
    """A payer, chosen from the list of names or written in other words; its id."""

    widget = forms.TextInput(attrs={"list": "payer-names", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(80, **options)

    def to_python(self, value: Any) -> str:
        """Return the id of the payer; refused with the names that are near."""
        text = super().to_python(value)
        found = payer_of(text) if text else ""
        if found is None and text in {policy.payer for policy in own_payers()}:
            found = text
        if found is None:
            near = payers_near(text)
            if near:
                words = say("This payer is not on the list. Did you mean: %(names)s?") % {
                    "names": ", ".join(near)
                }
                raise ValidationError(words, "payer")
            words = say("This payer is not on the list. Choose one, or: %(other)s.")
            raise ValidationError(words % {"other": load_payer_names()["other"].name}, "payer")
        return found

    def prepare_value(self, value: Any) -> Any:
        """The name that the list shows, for a payer on record."""
        row = load_payer_names().get(str(value or ""))
        return row.name if row else value


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


class MeasuresBase(SentForm):
    """Weight and height, on which doses depend."""

    weight_kg = NumberField("weight_kg", places=1, label=_("Weight (kg)"), required=False)
    height_cm = NumberField("height_cm", places=1, label=_("Height (cm)"), required=False)


class MeasuresForm(BackForm, MeasuresBase):
    """Weight and height, required by the plan; an empty field stays unchanged."""

    def measured(self) -> dict[str, Decimal]:
        """Return what was entered."""
        names = ("weight_kg", "height_cm")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] is not None}


class EditPatient(MeasuresBase, NewPatient):
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
    referrer_name = WordsField(120, label=_("Referring doctor"), required=False)
    referrer_address = WordsField(
        300,
        label=_("Referring doctor's address"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    payer = PayerField(label=_("Payer"), required=False)
    payer_name = WordsField(60, label=_("Plan name (on insurance card)"), required=False)
    payer_id = WordsField(40, label=_("Payer ID"), required=False)
    member_id = WordsField(40, label=_("Member ID"), required=False)
    group_number = WordsField(30, label=_("Group number"), required=False)
    filing = ChoiceOf(label=_("Insurance type"), required=False, choices=FILINGS)
    relation = ChoiceOf(
        label=_("Patient's relationship to the subscriber"), required=False, choices=RELATIONS
    )
    insured_first = WordsField(35, label=_("Subscriber's first name"), required=False)
    insured_last = WordsField(60, label=_("Subscriber's last name"), required=False)
    insured_birth_date = DayField(
        label=_("Subscriber's date of birth"), required=False, latest=DayField.today
    )
    second_payer_name = WordsField(60, label=_("Secondary plan name"), required=False)
    second_payer_id = WordsField(40, label=_("Secondary payer ID"), required=False)
    second_member_id = WordsField(40, label=_("Secondary member ID"), required=False)
    second_group_number = WordsField(30, label=_("Secondary group number"), required=False)
    second_filing = ChoiceOf(label=_("Secondary insurance type"), required=False, choices=FILINGS)
    second_reason = ChoiceOf(
        label=_("If Medicare is secondary: why"),
        required=False,
        choices=lambda: [("", ""), *((row.code, said(row)) for row in load_second_reasons().values())],
    )

    def clean(self) -> dict[str, object]:
        """A subscriber who is somebody else has a name; a secondary plan has a number and comes behind another."""
        found = super().clean() or {}
        for name in ("insured_first", "insured_last"):
            if (
                found.get("relation") not in ("18", "", None)
                and not found.get(name)
                and name not in self.errors
            ):
                self.add_error(name, _("Enter the name of the subscriber."))
        second = [name for name in SECOND if found.get(name)]
        if second and not found.get("second_member_id") and "second_member_id" not in self.errors:
            self.add_error("second_member_id", _("Enter the member ID of the secondary plan."))
        if found.get("second_member_id") and not found.get("member_id") and "member_id" not in self.errors:
            self.add_error("member_id", _("Enter the primary plan first."))
        return found

    def cards(self) -> tuple[CardFields, CardFields]:
        """Return the primary and the secondary card."""
        return self._card(""), self._card("second_")

    def about(self) -> dict[str, object]:
        """Return all that is not on a card."""
        carded = {f"{prefix}{name}" for prefix in ("", "second_") for name in CardFields.__struct_fields__}
        return {name: value for name, value in self.cleaned_data.items() if name not in carded}

    def _card(self, prefix: str) -> CardFields:
        entered = {name: self.cleaned_data.get(f"{prefix}{name}") for name in CardFields.__struct_fields__}
        return msgspec.convert({name: value for name, value in entered.items() if value}, CardFields)

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


class VoidLineForm(SentForm):
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
    second = forms.BooleanField(
        label=_("Start a second visit today"), required=False, widget=forms.HiddenInput
    )


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


class EmergencyForm(SentForm):
    """Why the facts of a patient are opened in an emergency."""

    reason = WordsField(
        90, label=_("Reason"), min_length=10, widget=forms.TextInput(attrs={"required": True})
    )
