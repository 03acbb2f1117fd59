"""Forms that a person fills in by hand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["NewPatient"]


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
