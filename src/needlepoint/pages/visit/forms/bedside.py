"""What is entered around the needle: time-out, vital signs, questionnaires, position and skin, how the patient left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.exam.instruments import find_instrument
from needlepoint.pages.fields import ChoiceOf, NumberField, StrengthField, is_spanish
from needlepoint.pages.visit.forms.board import HIDDEN, SpotForm, VisitForm
from needlepoint.treatment.bounds import Bound
from needlepoint.treatment.load import load_drugs
from needlepoint.visit import commands
from needlepoint.visit.acts.preparation import INSTRUMENTS, VITALS, load_options
from needlepoint.visit.commands import Command
from needlepoint.visit.facts import Spot

__all__ = ["PARTS", "BedsidePartForm", "InstrumentForm"]


class BedsidePartForm(VisitForm):
    """Which of the forms around the needle it is."""

    part = ChoiceOf(choices=lambda: [(name, name) for name in PARTS], widget=HIDDEN)

    @staticmethod
    def of(sent: Any) -> BedsidePartForm:
        """The form of the part that the page sent."""
        kind = PARTS.get(sent.get("part", ""), BedsidePartForm)
        return InstrumentForm(sent, sent.get("instrument", "")) if kind is InstrumentForm else kind(sent)

    def commands(self) -> Sequence[Command]:
        """Nothing: the form of the part has the acts."""
        return []


class TimeOutForm(BedsidePartForm):
    """The pause before the first needle. `clear`: what it confirms includes intact skin and no recent anesthetic."""

    clear = forms.BooleanField(required=False, widget=HIDDEN)

    def commands(self) -> Sequence[Command]:
        """The time-out, after what it confirms."""
        confirmed = [commands.ReportNothing()] if self.cleaned_data["clear"] else []
        return [*confirmed, commands.RecordTimeOut()]


class VitalsForm(BedsidePartForm):
    """Vital signs; an empty field was not measured."""

    systolic = NumberField("systolic", places=0, label=_("Systolic (mmHg)"), required=False)
    diastolic = NumberField("diastolic", places=0, label=_("Diastolic (mmHg)"), required=False)
    pulse = NumberField("pulse", places=0, label=_("Pulse (per minute)"), required=False)
    respirations = NumberField("respirations", places=0, label=_("Respirations (per minute)"), required=False)
    spo2 = NumberField("spo2", places=0, label=_("Oxygen saturation (%)"), required=False)
    temperature_f = NumberField("temperature_f", places=1, label=_("Temperature (°F)"), required=False)

    def clean(self) -> dict[str, object]:
        """A blood pressure is two values, the upper one above the lower one."""
        found = super().clean() or {}
        low, high = found.get("diastolic"), found.get("systolic")
        if (low is None) != (high is None):
            self.add_error(
                "diastolic" if low is None else "systolic", say("Enter both values of the blood pressure.")
            )
        elif isinstance(low, Decimal) and isinstance(high, Decimal) and high <= low:
            self.add_error("diastolic", say("The lower value must be below the upper one."))
        return found

    def commands(self) -> Sequence[Command]:
        """The measurements."""
        return [commands.RecordVitals(**{name: self.cleaned_data[name] for name in VITALS})]


def _options(of: str) -> list[tuple[str, Any]]:
    rows = load_options()[of].values()
    return [("", _("not recorded")), *((row.id, row.es if is_spanish() else row.en) for row in rows)]


class PreparationForm(BedsidePartForm):
    """Position, skin, approach."""

    position = ChoiceOf(label=_("Position"), required=False, choices=lambda: _options("position"))
    skin = ChoiceOf(label=_("Skin preparation"), required=False, choices=lambda: _options("skin"))
    approach = ChoiceOf(label=_("Approach"), required=False, choices=lambda: _options("approach"))

    def commands(self) -> Sequence[Command]:
        """What was chosen."""
        chosen = {name: self.value_of(name) for name in ("position", "skin", "approach")}
        return [commands.RecordPreparation(**chosen)]


class DiluentForm(BedsidePartForm):
    """What a stronger solution was diluted with; nothing chosen removes it."""

    drug = ChoiceOf(choices=lambda: [(id_, id_) for id_ in load_drugs()], widget=HIDDEN)
    percent = StrengthField(widget=HIDDEN)
    what = ChoiceOf(label=_("Diluent"), required=False, choices=lambda: _options("diluent"))
    diluent_ml = NumberField("diluent_ml", places=2, label=_("Diluent (mL)"), required=False)

    def clean(self) -> dict[str, object]:
        """A diluent has its volume."""
        found = super().clean() or {}
        if found.get("what") and found.get("diluent_ml") is None and "diluent_ml" not in self.errors:
            self.add_error("diluent_ml", say("Enter the mL of the diluent."))
        return found

    def commands(self) -> Sequence[Command]:
        """The diluent."""
        sent = self.cleaned_data
        percent, volume = sent["percent"].normalize(), sent["diluent_ml"]
        return [
            commands.RecordDiluent(
                drug=sent["drug"], concentration_percent=percent, what=sent["what"] or "", volume_ml=volume
            )
        ]


class DischargeForm(BedsidePartForm):
    """How the patient left."""

    discharge = ChoiceOf(
        label=_("Condition at discharge"), required=False, choices=lambda: _options("discharge")
    )

    def commands(self) -> Sequence[Command]:
        """The condition."""
        return [commands.RecordDischarge(condition=self.cleaned_data["discharge"])]


class PointsForm(SpotForm, BedsidePartForm):
    """How many points of one treated muscle were needled."""

    points = NumberField("points", places=0, label=_("Number of points"), required=False)

    def commands(self) -> Sequence[Command]:
        """The number."""
        points = self.cleaned_data["points"]
        return [commands.RecordResponse(spot=self.spot, points=None if points is None else int(points))]


SIDES = {"left": ("left",), "right": ("right",), "both": ("left", "right"), "midline": ("midline",)}


class AddMuscleForm(SpotForm, BedsidePartForm):
    """A muscle that is not on the list, found by its name, on one side or on both."""

    side = ChoiceOf(
        label=_("Side"),
        choices=[("left", _("left")), ("right", _("right")), ("both", _("both")), ("midline", _("middle"))],
    )

    def commands(self) -> Sequence[Command]:
        """Each side of it, with nothing found yet."""
        muscle = self.cleaned_data["muscle"]
        return [
            commands.RecordSigns(spot=Spot(muscle, side), signs={})
            for side in SIDES[self.cleaned_data["side"]]
        ]


class RemoveMuscleForm(SpotForm, BedsidePartForm):
    """A muscle that was listed or examined in error."""

    def commands(self) -> Sequence[Command]:
        """The removal, which can be undone."""
        return [commands.RemoveSite(spot=self.spot)]


class LeaveOutForm(SpotForm, BedsidePartForm):
    """A site of the plan that is not to be treated today."""

    def commands(self) -> Sequence[Command]:
        """The site outside of the plan."""
        return [commands.PlanSite(spot=self.spot, planned=False)]


class InstrumentForm(BedsidePartForm):
    """A scored questionnaire: one field for each item."""

    instrument = ChoiceOf(choices=[(name, name) for name in INSTRUMENTS], widget=HIDDEN)

    def __init__(self, sent: Any, name: str = "") -> None:
        super().__init__(sent)
        self.known = find_instrument(name if name in INSTRUMENTS else INSTRUMENTS[0])
        rule = Bound(id="item", low=self.known.low, high=self.known.high, unit="", remedy="", remedy_es="")
        words = self.known.item_es if is_spanish() else self.known.item_en
        for number in range(1, self.known.items + 1):
            label = words[number - 1] if words else f"{number}"
            self.fields[f"item_{number}"] = NumberField(rule, label=label, required=False)

    @property
    def answers(self) -> tuple[Decimal | None, ...]:
        """The answers in their order."""
        return tuple(self.cleaned_data.get(f"item_{number}") for number in range(1, self.known.items + 1))

    def clean(self) -> dict[str, object]:
        """Enough answers for a score, or none at all."""
        found = super().clean() or {}
        told = sum(answer is not None for answer in self.answers)
        if not self.errors and 0 < told < self.known.least_answered:
            least = {"n": self.known.least_answered, "all": self.known.items}
            raise ValidationError(say("Answer at least %(n)d of the %(all)d items.") % least)
        return found

    def commands(self) -> Sequence[Command]:
        """The answers."""
        return [commands.RecordInstrument(instrument=self.known.id, answers=self.answers)]


PARTS: Mapping[str, type[BedsidePartForm]] = {
    "time_out": TimeOutForm,
    "vitals": VitalsForm,
    "diluent": DiluentForm,
    "preparation": PreparationForm,
    "discharge": DischargeForm,
    "points": PointsForm,
    "instrument": InstrumentForm,
    "add_muscle": AddMuscleForm,
    "remove_muscle": RemoveMuscleForm,
    "leave_out": LeaveOutForm,
}
