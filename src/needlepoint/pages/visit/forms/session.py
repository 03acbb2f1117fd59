"""Forms of the visit board from the needle on: injections, events, vials, the note's words, the end."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from msgspec import UNSET, UnsetType

from needlepoint.coding.load import load_codes
from needlepoint.pages.fields import (
    ChoiceOf,
    ClockField,
    DiagnosesField,
    IdField,
    NumberField,
    PercentField,
    ScaleField,
    VolumeField,
    WordsField,
    YesNoField,
)
from needlepoint.pages.forms import SentForm
from needlepoint.pages.visit.forms.board import NEXT_VALUE, SpotForm, VisitForm
from needlepoint.records.models import Visit
from needlepoint.visit import commands
from needlepoint.visit.acts.procedure import WITHOUT_NEEDLE
from needlepoint.visit.commands import Command
from needlepoint.visit.facts import EVENTS
from needlepoint.visit.limits import (
    MOST_DECIDED,
    MOST_OWN_WORDS,
    MOST_OWN_WORK,
    MOST_PICTURE,
    MOST_REACTIONS,
    MOST_REASON,
    MOST_RESPONSE,
    MOST_SENTENCE,
    MOST_SHORT_REASON,
)

__all__ = [
    "AddendumForm", "AllDoneForm", "CompleteForm", "ConsentForm", "ConsultForm", "DoneForm", "EventForm", "GuideForm",
    "OutcomeForm", "TimesForm", "VialForm", "WithdrawForm", "WithoutNeedleForm", "after_forms",
]  # fmt: skip

HIDDEN = forms.HiddenInput
KEY_LENGTH = 200  # id and datum of a sentence
ENDS = {
    "consultation": _("consultation only"),
    "referral": _("referred to another clinician"),
    "declined": _("patient declined"),
}


class AllDoneForm(VisitForm):
    """Every planned site was treated as planned."""

    all = forms.CharField(required=False, widget=HIDDEN)
    anyway = forms.BooleanField(label=_("Proceed with open questions"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return a command for the open sites of the plan."""
        return [commands.RecordPlanned(questions_open=self.cleaned_data["anyway"])]


class DoneForm(SpotForm):
    """One site was treated, with the volume that was actually given."""

    actual_ml = VolumeField(label=_("Volume given (mL)"), required=False)
    anyway = forms.BooleanField(label=_("Proceed with open questions"), required=False)

    def clean_actual_ml(self) -> Decimal | None:
        """Return the volume. An empty field is refused: the planned volume may not be what was given."""
        volume: Decimal | None = self.cleaned_data["actual_ml"]
        if volume is None and self.sent("actual_ml"):
            raise ValidationError(say("Enter the mL given."))
        return volume

    def commands(self) -> Sequence[Command]:
        """Return the injection."""
        sent = self.cleaned_data
        return [
            commands.RecordInjection(
                spot=self.spot, volume_ml=sent["actual_ml"], questions_open=sent["anyway"]
            )
        ]


class WithdrawForm(SpotForm):
    """Withdraw the record of a treated site."""

    why = WordsField(MOST_SHORT_REASON, label=_("Reason"))

    def commands(self) -> Sequence[Command]:
        """Return the withdrawal with its reason."""
        return [commands.WithdrawInjection(spot=self.spot, why=self.cleaned_data["why"])]


class EventForm(VisitForm):
    """An adverse event."""

    kind = ChoiceOf(choices=[(kind, kind) for kind in EVENTS], widget=HIDDEN)
    what = WordsField(MOST_REASON, label=_("What happened"))

    def commands(self) -> Sequence[Command]:
        """Return the event."""
        return [commands.RecordEvent(kind=self.cleaned_data["kind"], what=self.cleaned_data["what"])]


# Afterward: one URL, one form for each part of the lane


class ObservedForm(VisitForm):
    """Pain and reactions afterward."""

    after = ScaleField(label=_("Pain after 15 minutes (0 to 10)"), required=False)
    reactions = WordsField(MOST_REACTIONS, label=_("Adverse reactions"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return what was observed."""
        reactions: tuple[str, ...] | UnsetType = UNSET
        if self.sent("reactions"):
            text = self.cleaned_data["reactions"]
            reactions = (text,) if text else ()
        return [commands.RecordObserved(pain_after=self.value_of("after"), reactions=reactions)]


class SentenceForm(VisitForm):
    """A sentence of the note in the clinician's own words, or restored."""

    sentence = forms.CharField(max_length=KEY_LENGTH, widget=HIDDEN)
    words = WordsField(MOST_SENTENCE, label=_("Sentence"), required=False, widget=forms.Textarea)
    instead_of = WordsField(MOST_SENTENCE, required=False, widget=HIDDEN)
    restore = forms.CharField(required=False, widget=HIDDEN)

    def commands(self) -> Sequence[Command]:
        """Return the edit."""
        sent = self.cleaned_data
        words = None if sent["restore"] else sent["words"]
        return [commands.EditSentence(key=sent["sentence"], words=words, instead_of=sent["instead_of"])]


class TemplateForm(VisitForm):
    """Append one of the practice's templates to the clinician's own words."""

    template = IdField()

    def __init__(self, sent: Any, visit: Visit) -> None:
        super().__init__(sent)
        self.visit = visit

    def clean_template(self) -> int:
        """Require one of the practice's templates."""
        number: int = self.cleaned_data["template"]
        if number >= len(self.visit.practice.templates):
            raise ValidationError(say("Choose one of the options on the page."))
        return number

    def commands(self) -> Sequence[Command]:
        """Return the own words followed by the template."""
        text = self.visit.practice.templates[self.cleaned_data["template"]].text
        parts = [self.visit.facts.note.own_words, text]
        return [commands.WriteOwnWords(text="\n".join(part for part in parts if part))]


class NoteTextForm(VisitForm):
    """Free text of the note."""

    own_words = WordsField(
        MOST_OWN_WORDS, label=_("In your own words"), required=False, widget=forms.Textarea
    )

    def commands(self) -> Sequence[Command]:
        """Return the text."""
        return [commands.WriteOwnWords(text=self.cleaned_data["own_words"])]


class ResponseForm(SpotForm):
    """What was seen at one treated site, in words."""

    response = WordsField(MOST_RESPONSE, label=_("Patient response"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return the response."""
        return [commands.RecordResponse(spot=self.spot, response=self.cleaned_data["response"])]


class TwitchForm(SpotForm):
    """Cycle the local twitch response of one treated site."""

    twitch = forms.CharField(max_length=10, required=False, widget=HIDDEN)

    def __init__(self, sent: Any, visit: Visit) -> None:
        super().__init__(sent)
        self.visit = visit

    def commands(self) -> Sequence[Command]:
        """Return the next value: yes, no, not recorded."""
        row = self.visit.sites.filter(**self.spot._asdict()).first()
        seen = row.given.twitch if row and row.given else None
        return [commands.RecordResponse(spot=self.spot, twitch=NEXT_VALUE[seen])]


class VialForm(VisitForm):
    """A vial that was opened, or one that was recorded in error. The view finds the lot."""

    lot = IdField(required=False)
    remove_lot = IdField(required=False)

    def commands(self) -> Sequence[Command]:
        """Return the removal of a vial that was recorded in error."""
        lot = self.cleaned_data["remove_lot"]
        return [] if lot is None else [commands.RemoveVial(lot_id=lot)]


def after_forms(sent: Any, visit: Visit) -> Iterator[VisitForm]:
    """Return the forms of the parts that the page sent."""
    if "after" in sent or "reactions" in sent:
        yield ObservedForm(sent)
    if "sentence" in sent:
        yield SentenceForm(sent)
    if "template" in sent:
        yield TemplateForm(sent, visit)
    if "own_words" in sent:
        yield NoteTextForm(sent)
    if "response" in sent:
        yield ResponseForm(sent)
    elif "twitch" in sent:
        yield TwitchForm(sent, visit)
    if "lot" in sent or "remove_lot" in sent:
        yield VialForm(sent)


# Guidance, times, the end of the visit


class GuideForm(VisitForm):
    """Whether ultrasound guided the needle, and where the saved picture is."""

    ultrasound = YesNoField(label=_("Ultrasound guidance"), required=False)
    picture = WordsField(MOST_PICTURE, label=_("Saved image (number or location)"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return the guidance; a picture without ultrasound is ignored."""
        ultrasound = self.cleaned_data["ultrasound"] or False
        picture = self.cleaned_data["picture"] if ultrasound else ""
        return [commands.RecordGuidance(ultrasound=ultrasound, picture=picture)]


class TimesForm(VisitForm):
    """When the procedure started and ended, in the practice's time zone."""

    started = ClockField(label=_("Start"), required=False)
    ended = ClockField(label=_("End"), required=False)

    def __init__(self, sent: Any, visit: Visit) -> None:
        super().__init__(sent)
        self.visit = visit

    def commands(self) -> Sequence[Command]:
        """Return the instants on the day of the visit."""
        return [commands.RecordTimes(started_at=self._instant("started"), ended_at=self._instant("ended"))]

    def _instant(self, name: str) -> datetime.datetime | UnsetType | None:
        at = self.value_of(name)
        if not isinstance(at, datetime.time):
            return UNSET if at is UNSET else None
        zone = ZoneInfo(self.visit.practice.timezone)
        return datetime.datetime.combine(self.visit.day, at, zone).astimezone(datetime.UTC)


class ConsultForm(VisitForm):
    """An evaluation and management visit of the same day."""

    code = ChoiceOf(
        label=_("Evaluation and management (E/M)"),
        required=False,
        choices=lambda: [
            ("", _("none")),
            *((code, code) for row in load_codes().visit for code in row.codes),
        ],
    )
    own_work = WordsField(
        MOST_OWN_WORK,
        label=_("Separate evaluation beyond the procedure"),
        required=False,
        widget=forms.Textarea,
    )

    diagnoses = DiagnosesField(label=_("Diagnoses (ICD-10-CM)"), required=False)

    def commands(self) -> Sequence[Command]:
        """Return the code with its separate work and the diagnoses that justify it."""
        sent = self.cleaned_data
        return [
            commands.RecordConsultation(
                code=sent["code"], own_work=sent["own_work"], diagnoses=sent["diagnoses"]
            )
        ]


class WithoutNeedleForm(VisitForm):
    """The visit ends without a needle."""

    kind = ChoiceOf(label=_("Reason"), choices=[(kind, ENDS[kind]) for kind in WITHOUT_NEEDLE])
    words = WordsField(MOST_DECIDED, label=_("Decision"), widget=forms.Textarea)

    def commands(self) -> Sequence[Command]:
        """Return the end with its reason."""
        return [commands.EndWithoutNeedle(kind=self.cleaned_data["kind"], words=self.cleaned_data["words"])]


class CompleteForm(VisitForm):
    """Ready to sign; or, with `reopen`, back to the room."""

    reopen = forms.CharField(max_length=10, required=False, widget=HIDDEN)

    def commands(self) -> Sequence[Command]:
        """Return one of the two commands."""
        return [commands.Reopen() if self.cleaned_data["reopen"] else commands.Complete()]


class OutcomeForm(SentForm):
    """How much a signed visit helped, as the patient reported later."""

    relief_percent = PercentField("relief_percent", label=_("Relief (%)"), required=False)
    relief_weeks = NumberField("relief_weeks", label=_("For how many weeks"), required=False)

    def command(self) -> Command:
        """Return the outcome."""
        percent = self.cleaned_data["relief_percent"]
        return commands.RecordOutcome(
            relief_percent=None if percent is None else int(percent),
            relief_weeks=self.cleaned_data["relief_weeks"],
        )


class ConsentForm(SentForm):
    """The patient's name and signature."""

    signed_by = WordsField(120, label=_("Full name of person signing"))
    signature = forms.CharField(max_length=200_000, required=False, widget=HIDDEN)
    typed = forms.BooleanField(label=_("Sign with my typed name instead of a drawn line"), required=False)

    def clean(self) -> dict[str, object]:
        """A drawn line, or the typed name in its place."""
        found = super().clean() or {}
        if not found.get("typed") and not str(found.get("signature") or "").strip():
            words = _("Sign in the box with a finger, pen, or mouse, or choose to sign by name.")
            self.add_error("signature", words)
        return found


class AddendumForm(SentForm):
    """An addendum to a signed note."""

    text = WordsField(MOST_OWN_WORDS, label=_("Addendum"), widget=forms.Textarea)
