"""Forms that a person fills in by hand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["EditPatient", "Measures", "NewPatient"]


class NewPatient(forms.Form):
    """What the desk asks first; everything else can wait."""

    given = forms.CharField(label=_("Given name"), max_length=60)
    family = forms.CharField(label=_("Family name"), max_length=60)
    preferred = forms.CharField(label=_("Preferred name"), max_length=60, required=False)
    birth_date = forms.DateField(label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date"}))
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[
            ("", _("not said")),
            ("female", _("female")),
            ("male", _("male")),
            ("intersex", _("intersex")),
        ],
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("es", "Español")])
    phone = forms.CharField(
        label=_("Phone"), max_length=20, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)


class Measures(forms.Form):
    """What doses are reckoned by."""

    weight_kg = forms.DecimalField(
        label=_("Weight (kg)"), min_value=20, max_value=350, max_digits=5, decimal_places=1, required=False
    )
    height_cm = forms.DecimalField(
        label=_("Height (cm)"), min_value=100, max_value=230, max_digits=5, decimal_places=1, required=False
    )


class EditPatient(Measures, NewPatient):
    """Everything about a patient that is no clinical list: weight for the dose, payer and card for the claim."""

    gender = forms.CharField(label=_("Gender, in the patient's words"), max_length=40, required=False)
    line1 = forms.CharField(label=_("Street"), max_length=55, required=False)
    city = forms.CharField(label=_("City"), max_length=30, required=False)
    state = forms.CharField(label=_("State"), max_length=2, required=False)
    zip = forms.CharField(label=_("ZIP"), max_length=9, required=False)
    emergency_name = forms.CharField(label=_("In an emergency call"), max_length=120, required=False)
    emergency_phone = forms.CharField(label=_("Phone of that person"), max_length=20, required=False)
    payer = forms.CharField(label=_("Payer, as the policies name it"), max_length=40, required=False)
    payer_name = forms.CharField(label=_("Name of the plan on the card"), max_length=60, required=False)
    payer_id = forms.CharField(label=_("Payer's id at the clearing house"), max_length=40, required=False)
    member_id = forms.CharField(label=_("Number on the card"), max_length=40, required=False)
    filing = forms.ChoiceField(
        label=_("Kind of plan"),
        required=False,
        choices=[
            ("CI", _("commercial")),
            ("MB", "Medicare Part B"),
            ("MC", "Medicaid"),
            ("WC", _("workers' compensation")),
        ],
    )
