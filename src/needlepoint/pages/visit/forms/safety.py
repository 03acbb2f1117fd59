"""Forms for the safety questions, and for unknown entries of a patient's lists."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.base.people import GivenDose, LocalState
from needlepoint.pages.fields import ChoiceOf, IdField, LabNumber, NumberField, WordsField, YesNoField
from needlepoint.pages.forms import SentForm
from needlepoint.pages.visit.content.statements import LOCAL_WORDS
from needlepoint.pages.visit.forms.board import RegionField, VisitForm
from needlepoint.treatment.load import load_drugs
from needlepoint.visit import commands
from needlepoint.visit.commands import Command

__all__ = ["MeaningForm", "SafetyForm", "safety_form"]

HIDDEN = forms.HiddenInput
LABS = ("platelets", "neutrophils", "hba1c", "inr")


class SafetyForm(VisitForm):
    """An answer to one safety question, which `name` gives."""

    name = ChoiceOf(
        choices=[(name, name) for name in ("clear", "given", "local", "pregnant", "weeks", *LABS)],
        widget=HIDDEN,
    )


class NothingForm(SafetyForm):
    """No anesthetic before, and the skin is intact."""

    def commands(self) -> Sequence[Command]:
        """All clear."""
        return [commands.ReportNothing()]


class DoseForm(SafetyForm):
    """A drug that was given before this visit, some hours ago."""

    drug = ChoiceOf(label=_("Drug"), choices=lambda: [(id_, row.en) for id_, row in load_drugs().items()])
    dose_mg = NumberField("dose_mg", label=_("Dose (mg)"))
    hours = NumberField("hours_ago", label=_("Hours ago"))

    def commands(self) -> Sequence[Command]:
        """Return the dose with the instant at which it was given."""
        sent = self.cleaned_data
        at = timezone.now() - datetime.timedelta(seconds=int(sent["hours"] * 3600))
        return [commands.ReportDose(dose=GivenDose(drug=sent["drug"], dose_mg=sent["dose_mg"], at=at))]


class LocalForm(SafetyForm):
    """A finding on or below the skin at one place."""

    what = ChoiceOf(label=_("What"), choices=list(LOCAL_WORDS.items()))
    region = RegionField(label=_("Region"))

    def commands(self) -> Sequence[Command]:
        """Return the state with its region."""
        sent = self.cleaned_data
        return [commands.ReportLocal(state=LocalState(what=sent["what"], region=sent["region"]))]


class PregnantForm(SafetyForm):
    """Whether the patient is pregnant."""

    value = YesNoField(label=_("Pregnancy"))

    def commands(self) -> Sequence[Command]:
        """Return yes or no."""
        return [commands.ReportPregnancy(pregnant=self.cleaned_data["value"])]

    def clean_value(self) -> bool:
        """Require yes or no."""
        value: bool | None = self.cleaned_data["value"]
        if value is None:
            raise ValidationError(say("Choose yes or no."))
        return value


class WeeksForm(SafetyForm):
    """The week of the pregnancy."""

    value = NumberField("pregnancy_weeks", places=0, label=_("Week of the pregnancy"))

    def commands(self) -> Sequence[Command]:
        """Return pregnant in this week."""
        return [commands.ReportPregnancy(pregnant=True, weeks=int(self.cleaned_data["value"]))]


class LabForm(SafetyForm):
    """A laboratory value of today; `test` gives which."""

    test: ClassVar[str]

    def commands(self) -> Sequence[Command]:
        """Return the value, measured today in the practice's time zone."""
        value: Decimal = self.cleaned_data["value"]
        return [commands.ReportLab(test=self.test, value=value, on=timezone.localdate())]


class InrForm(LabForm):
    """The INR."""

    test = "inr"
    value = LabNumber("inr", label="INR")


class PlateletsForm(LabForm):
    """The count of platelets."""

    test = "platelets"
    value = LabNumber("platelets", label=_("Platelets (x 10^9/L)"))


class NeutrophilsForm(LabForm):
    """The count of neutrophils."""

    test = "neutrophils"
    value = LabNumber("neutrophils", label=_("Neutrophils (x 10^9/L)"))


class Hba1cForm(LabForm):
    """The HbA1c value."""

    test = "hba1c"
    value = LabNumber("hba1c", label="HbA1c (%)")


SAFETY: dict[str, type[SafetyForm]] = {
    "clear": NothingForm, "given": DoseForm, "local": LocalForm, "pregnant": PregnantForm, "weeks": WeeksForm,
    "platelets": PlateletsForm, "neutrophils": NeutrophilsForm, "hba1c": Hba1cForm, "inr": InrForm,
}  # fmt: skip


def safety_form(sent: Any) -> SafetyForm:
    """Return the form for the question that was answered."""
    return SAFETY.get(sent.get("name", ""), SafetyForm)(sent)


class MeaningForm(SentForm):
    """What one entry means: a known name, harmless, or how it matters."""

    row = IdField()
    means = ChoiceOf(
        label=_("What it is"),
        widget=forms.RadioSelect,
        choices=[
            ("known", _("Another name for a known entry")),
            ("harmless", _("Does not affect treatment")),
            ("matters", _("Affects treatment")),
        ],
    )
    entry = WordsField(200, label=_("Known name"), required=False)
    how = WordsField(300, label=_("Effect on treatment"), required=False)

    def clean(self) -> None:
        """Require a known name or a reason for the choices that need one."""
        super().clean()
        found = self.cleaned_data
        if found.get("means") == "known" and not found.get("entry"):
            self.add_error("entry", _("Enter a name from the list."))
        if found.get("means") == "matters" and not found.get("how"):
            self.add_error("how", _("Select how it affects treatment."))
