"""Forms of the visit board before the needle: complaint, safety questions, examination, plan, history.

Each form returns the commands of the core (`needlepoint.visit.commands`) for what was entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from msgspec import UNSET, UnsetType

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.drawing import Mark, read_drawing
from needlepoint.anatomy.geometry import region_ids
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.refusal import Refused
from needlepoint.pages.fields import (
    ChoiceOf,
    DayField,
    IdField,
    NumberField,
    ScaleField,
    StrengthField,
    VolumeField,
    WordsField,
    YesNoField,
)
from needlepoint.pages.forms import SentForm
from needlepoint.pages.visit.body_chart import region_of
from needlepoint.records.portal.intake import read_marks
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import commands
from needlepoint.visit.commands import Command
from needlepoint.visit.facts import SIGNS, Spot
from needlepoint.visit.limits import FIRST_BEGAN, MOST_PRIOR_CARE_WORDS, MOST_REASON, MOST_WORDS

__all__ = [
    "ASKED", "NEXT_VALUE", "AnswerForm", "ClearForm", "DecideForm", "FindForm", "HistoryForm", "OrderForm", "PayerForm",
    "RegionForm", "RemoveCareForm", "ReportForm", "SiteForm", "SpotForm", "VersionForm", "VisitForm", "read_spot",
]  # fmt: skip

# What only a payer asks for, by the names of episode.account.facts.Insured.
ASKED = (
    "in_program", "other_block", "movement_limited", "diagnostic", "specific_cause", "last_function_improved",
    "last_same_scale",
)  # fmt: skip
NEXT_VALUE = {None: True, True: False, False: None}
USUAL_PAIN = 5  # of a region that is added without an intensity
HIDDEN = forms.HiddenInput
RELOAD = {
    "required": _("This page is out of date. Load it again."),
    "invalid": _("This page is out of date. Load it again."),
}


class VersionForm(SentForm):
    """The version of the visit that the page showed, and the device's idempotency key."""

    version = IdField(error_messages=RELOAD)
    key = forms.CharField(max_length=38, required=False, widget=HIDDEN)


class VisitForm(VersionForm):
    """An act on a visit."""

    def commands(self) -> Sequence[Command]:
        """Return the commands of a valid form."""
        raise NotImplementedError


class SpotForm(VisitForm):
    """An act on one muscle of one side, or on one point of it."""

    muscle = WordsField(80, label=_("Muscle"))
    side = ChoiceOf(
        label=_("Side"), choices=[("left", _("left")), ("right", _("right")), ("midline", _("middle"))]
    )
    point = WordsField(80, required=False, widget=HIDDEN)

    def clean_muscle(self) -> str:
        """Return the id of the muscle."""
        try:
            return find_muscle(load_atlas(), self.cleaned_data["muscle"]).id
        except Refused:
            raise ValidationError(say("Choose a muscle from the list.")) from None

    @property
    def spot(self) -> Spot:
        """Return the spot."""
        return read_spot(self)


def read_spot(form: forms.Form) -> Spot:
    """Return the spot of a valid form with the fields of `SpotForm`."""
    sent = form.cleaned_data
    return Spot(sent["muscle"], sent["side"], sent["point"])


# What the patient reports


class RegionField(WordsField):
    """A region of the body chart, by its name in either language or by its id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(80, **options)

    def to_python(self, value: Any) -> str:
        """Return the id of the region."""
        text = super().to_python(value)
        region = region_of(text) if text else ""
        if region and region not in region_ids():
            raise ValidationError(say("Choose a region from the list."), "region")
        return region


class MarksField(forms.Field):
    """The drawing as the body map sends it."""

    widget = HIDDEN

    def to_python(self, value: Any) -> tuple[Mark, ...]:
        """Return the marks."""
        try:
            marks = read_marks(value or "[]")
            if not isinstance(marks, list):
                raise ValidationError(say("This drawing could not be read. Draw it again."), "drawing")
            return read_drawing(marks).marks if marks else ()
        except Refused:
            raise ValidationError(say("This drawing could not be read. Draw it again."), "drawing") from None

    def run_validators(self, value: Any) -> None:
        """Run nothing beyond `to_python`: the core has checked every mark."""


class RegionForm(VisitForm):
    """A region from the list, added or removed."""

    region = RegionField(label=_("Region"))
    intensity = ScaleField(label=_("Pain level"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return the command to add or remove the region."""
        pain = self.cleaned_data["intensity"]
        intensity = USUAL_PAIN if pain is None else pain
        return [commands.ToggleRegion(region=self.cleaned_data["region"], intensity=intensity)]


class ReportForm(VisitForm):
    """What the patient reports: drawing, words, pain now and at its worst."""

    marks = MarksField(required=False)
    pain_text = WordsField(
        MOST_WORDS, label=_("In the patient's own words"), required=False, widget=forms.Textarea
    )
    now = ScaleField(label=_("Pain before (0 to 10)"), required=False)
    worst = ScaleField(label=_("Pain at its worst (0 to 10)"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return the reported complaint."""
        return [
            commands.ReportComplaint(
                drawing=self.value_of("marks"),
                words=self.value_of("pain_text"),
                pain_now=self.value_of("now"),
                pain_worst=self.value_of("worst"),
            )
        ]


class AnswerForm(VisitForm):
    """An answer to a question of the reasoning; an empty one removes it."""

    question = WordsField(80, widget=HIDDEN)
    answer = ChoiceOf(
        label=_("Answer"),
        required=False,
        choices=[("", "?"), ("yes", _("yes")), ("no", _("no")), ("not_known", _("unknown"))],
    )

    def commands(self) -> Sequence[Command]:
        """Return the answer."""
        sent = self.cleaned_data
        return [commands.AnswerQuestion(question=sent["question"], answer=sent["answer"] or None)]


# Examination and plan


class FindForm(SpotForm):
    """Palpation of one muscle: cycle one sign, or set all of them."""

    sign = ChoiceOf(choices=[(name, name) for name in ("all", "nothing", *SIGNS)], widget=HIDDEN)

    def signs(self, before: Any) -> dict[str, bool | None]:
        """Return the signs after the tap; `before` holds those on record, None when there are none."""
        sign = self.cleaned_data["sign"]
        if sign == "all":
            return dict.fromkeys(SIGNS[:4], True)
        if sign == "nothing":
            return dict.fromkeys(SIGNS, False)
        return {sign: NEXT_VALUE[getattr(before, sign) if before else None]}


class DecideForm(VisitForm):
    """A decision about a precaution, with the reason to go on."""

    decide = WordsField(80, widget=HIDDEN)
    why = WordsField(MOST_REASON, label=_("Reason for proceeding"))

    def commands(self) -> Sequence[Command]:
        """Return the decision."""
        return [commands.DecidePrecaution(rule=self.cleaned_data["decide"], why=self.cleaned_data["why"])]


class SiteForm(SpotForm):
    """Add a site to the plan or remove it, or change its volume."""

    plan = ChoiceOf(choices=[("", ""), ("yes", _("yes")), ("no", _("no"))], required=False, widget=HIDDEN)
    site_ml = VolumeField(label=_("Volume (mL)"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return the change of the site."""
        planned = self.cleaned_data["plan"] == "yes" if self.sent("plan") else UNSET
        return [commands.PlanSite(spot=self.spot, planned=planned, volume_ml=self.value_of("site_ml"))]


class OrderForm(VisitForm):
    """Technique, drug, strength and volume for every site."""

    technique = ChoiceOf(
        label=_("Technique"),
        required=False,
        choices=lambda: [("", ""), *((row.id, row.id) for row in load_defaults().technique)],
    )
    drug = ChoiceOf(
        label=_("Drug"),
        required=False,
        choices=lambda: [("", ""), *((id_, row.en) for id_, row in load_drugs().items())],
    )
    concentration_percent = StrengthField(label=_("Concentration (%)"), required=False)
    volume_ml = VolumeField(label=_("Volume for each site (mL)"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return the changes of the order; an empty volume leaves the one on record."""
        volume = self.cleaned_data["volume_ml"]
        return [
            commands.ChangeOrder(
                technique=self.value_of("technique"),
                drug=self.value_of("drug"),
                concentration_percent=self.value_of("concentration_percent"),
                volume_ml=UNSET if volume is None else volume,
            )
        ]


class ClearForm(VisitForm):
    """A red flag that was cleared, with what was found."""

    flag = WordsField(80, widget=HIDDEN)
    why = WordsField(MOST_REASON, label=_("Findings"))

    def commands(self) -> Sequence[Command]:
        """Return the cleared flag."""
        return [commands.ClearFlag(flag=self.cleaned_data["flag"], why=self.cleaned_data["why"])]


class PayerForm(VisitForm):
    """An answer that only the payer's policy asks for: yes, no, or not known."""

    name = ChoiceOf(choices=[(name, name) for name in ASKED], widget=HIDDEN)
    answer = YesNoField(label=_("Answer"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return the answer."""
        return [commands.AnswerPayer(name=self.cleaned_data["name"], answer=self.cleaned_data["answer"])]


class HistoryForm(VisitForm):
    """Since when it hurts, and what was tried; for the whole episode."""

    began_on = DayField(first=FIRST_BEGAN, latest=DayField.today, label=_("Pain onset"), required=False)
    nothing = YesNoField(required=False, widget=HIDDEN)
    care = WordsField(MOST_PRIOR_CARE_WORDS, label=_("Prior treatment"), required=False)
    weeks = NumberField("pain_weeks", label=_("weeks"), required=False)
    helped = YesNoField(label=_("Helped?"), required=False)

    def clean(self) -> None:
        """Require the name of a treatment; that nothing was tried is a choice of its own."""
        if self.sent("care") and "care" not in self.errors and not self.cleaned_data["care"]:
            self.add_error("care", say("Enter what was tried."))

    def commands(self) -> Sequence[Command]:
        """Return what was entered; no treatment means: asked, and nothing was tried."""
        care: tuple[PriorCare, ...] | UnsetType = () if self.cleaned_data["nothing"] else UNSET
        if self.sent("care"):
            what, weeks, helped = (self.cleaned_data[name] for name in ("care", "weeks", "helped"))
            care = (PriorCare(what=what, weeks=weeks, helped=helped),)
        return [commands.ReportHistory(began_on=self.value_of("began_on"), prior_care=care)]


class RemoveCareForm(VisitForm):
    """A line of prior treatment that was entered in error."""

    remove = IdField()
    care = WordsField(MOST_PRIOR_CARE_WORDS, widget=HIDDEN)

    def commands(self) -> Sequence[Command]:
        """Return the removal."""
        sent = self.cleaned_data
        return [commands.RemovePriorCare(number=sent["remove"], what=sent["care"])]
