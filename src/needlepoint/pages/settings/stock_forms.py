"""Forms of the inventory."""

from __future__ import annotations

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from needlepoint.pages.fields import ChoiceOf, DayField, NumberField, StrengthField, WordsField
from needlepoint.pages.forms import SentForm
from needlepoint.records.models import Lot
from needlepoint.treatment.load import load_drugs

__all__ = ["BarcodeForm", "CorrectedLot", "NewLot", "WithdrawnLot"]


class NewLot(SentForm):
    """A lot that is received."""

    drug = ChoiceOf(label=_("Drug"), choices=lambda: [(id_, drug.en) for id_, drug in load_drugs().items()])
    concentration_percent = StrengthField(places=3, label=_("Concentration (%)"))
    vial_ml = NumberField("vial_ml", places=1, label=_("Vial size (mL)"))
    number = WordsField(40, label=_("Lot number"))
    expires_on = DayField(label=_("Expires"))
    vials = NumberField("vials", places=0, label=_("Vials"))
    single_dose = forms.BooleanField(label=_("Single-dose vials"), required=False, initial=True)
    gtin = forms.CharField(required=False, max_length=14, widget=forms.HiddenInput)

    def clean_expires_on(self) -> datetime.date:
        """Return the expiry; an expired lot is not received."""
        day: datetime.date = self.cleaned_data["expires_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This lot is expired. It cannot be received."))
        return day

    def lot(self) -> dict[str, object]:
        """Return the lot for `receive`."""
        return self.cleaned_data | {"vials": int(self.cleaned_data["vials"])}


class CorrectedLot(SentForm):
    """A lot as it should have been received: number, expiry, vials in stock now; and why."""

    number = WordsField(40, label=_("Lot number"))
    expires_on = DayField(label=_("Expires"))
    vials = NumberField("vials_left", places=0, label=_("Vials in stock"))
    why = WordsField(200, label=_("Reason"))

    @classmethod
    def of(cls, lot: Lot) -> CorrectedLot:
        """Return the form with what is on record."""
        return cls(initial={"number": lot.number, "expires_on": lot.expires_on, "vials": lot.vials})


class WithdrawnLot(SentForm):
    """Why a lot is withdrawn."""

    why = WordsField(200, label=_("Reason"))


class BarcodeForm(SentForm):
    """The text of a barcode scan."""

    barcode = WordsField(120, label=_("Barcode (GS1)"))
