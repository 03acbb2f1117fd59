"""Forms for online booking: what can be booked, when, and answers to feedback."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.coding.load import load_codes
from needlepoint.outcomes import load_moments
from needlepoint.pages.fields import (
    ChoiceOf,
    ClockField,
    DayField,
    IdField,
    NumberField,
    PhoneField,
    SetOf,
    WordsField,
)
from needlepoint.pages.forms import SentForm
from needlepoint.pages.settings.forms import WEEK
from needlepoint.records.models import Staff
from needlepoint.records.settings.public_settings import BOUNDS
from needlepoint.records.settings.public_site import (
    MINUTES,
    MOST_TEXT,
    MOST_TITLE,
    STEP_MINUTES,
    add_closed,
    add_opening,
    add_service,
    end_closed,
    end_opening,
    set_outside,
    set_service,
    set_slug,
)
from needlepoint.treatment.bounds import Bound

__all__ = [
    "ACTS", "ActForm", "FeedbackReplyForm", "OutgoingForm", "SiteTextForm", "WithholdForm", "WordsPageForm",
]  # fmt: skip

HIDDEN = forms.HiddenInput
WEEKDAYS = [(str(number), name) for number, name in enumerate(WEEK.values())]


def _whole(low: int, high: int, **options: Any) -> NumberField:
    """Return a field for a whole number within the bounds of the settings."""
    rule = Bound(id="whole", low=Decimal(low), high=Decimal(high), unit="", remedy="", remedy_es="")
    return NumberField(rule, places=0, **options)


class ActForm(SentForm):
    """One button of the online booking page."""

    do = ChoiceOf(choices=lambda: [(name, name) for name in ACTS], widget=HIDDEN)

    def carry_out(self, staff: Staff) -> None:
        """Carry out the act of the button."""
        raise NotImplementedError


class PublicAddressForm(ActForm):
    """The public address, and the contact details for patients."""

    slug = WordsField(
        60,
        label=_("Web address"),
        required=False,
        validators=[
            RegexValidator(
                r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
                _("Use lower-case letters without accents, digits, and hyphens between them."),
            )
        ],
    )
    phone = PhoneField(label=_("Phone shown to patients"), required=False)
    email = forms.EmailField(max_length=254, label=_("Reply-to email"), required=False)

    def carry_out(self, staff: Staff) -> None:
        """Save the three fields."""
        sent = self.cleaned_data
        set_slug(staff, sent["slug"])
        set_outside(staff, phone=sent["phone"], email=sent["email"])


class AskingForm(ActForm):
    """When surveys and reminders are sent, and how far ahead patients can book."""

    moments = SetOf(
        label=_("Send follow-up questions"),
        required=False,
        choices=lambda: [(row.id, row.en) for row in load_moments().values()],
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_from = ClockField(label=_("No messages from"))
    quiet_to = ClockField(label=_("to"))
    remind_hours = _whole(*BOUNDS["remind_hours"], label=_("Send reminder (hours before the visit)"))
    notice_hours = _whole(*BOUNDS["notice_hours"], label=_("Minimum notice (hours)"))
    days_ahead = _whole(*BOUNDS["days_ahead"], label=_("Book up to (days ahead)"))
    offer_minutes = _whole(*BOUNDS["offer_minutes"], label=_("Hold each waitlist offer for (minutes)"))

    def carry_out(self, staff: Staff) -> None:
        """Save them."""
        sent = self.cleaned_data
        names = ("notice_hours", "days_ahead", "remind_hours", "offer_minutes")
        set_outside(
            staff,
            quiet=[str(sent["quiet_from"]), str(sent["quiet_to"])],
            moments=[id_ for id_ in load_moments() if id_ in sent["moments"]],
            **{name: int(sent[name]) for name in names},
        )


class ServiceForm(ActForm):
    """A visit type that can be booked."""

    en = WordsField(80, label=_("Name in English"))
    es = WordsField(80, label=_("Name in Spanish"))
    minutes = _whole(*MINUTES, label=_("Minutes"))
    technique = ChoiceOf(
        label=_("Technique"),
        required=False,
        choices=[("", _("Evaluation only")), ("wet", _("injection")), ("dry", _("dry needling"))],
    )
    codes = WordsField(80, label=_("Price codes (CPT/HCPCS)"), required=False)
    follow_up = forms.BooleanField(
        label=_("Follow-up: only for patients who were here before"), required=False
    )

    def clean_minutes(self) -> int:
        """Require steps of five."""
        minutes = int(self.cleaned_data["minutes"])
        if minutes % STEP_MINUTES:
            raise ValidationError(say("Enter minutes in steps of %(n)s.") % {"n": STEP_MINUTES})
        return minutes

    def clean_codes(self) -> list[str]:
        """Require codes that this program can price."""
        codes = [code.upper() for code in self.cleaned_data["codes"].replace(",", " ").split()]
        rows = load_codes()
        known = {row.code for row in rows.procedure} | {row.code for row in rows.drug}
        known |= {code for row in rows.visit for code in row.codes}
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise ValidationError(say("There is no price for %(codes)s.") % {"codes": ", ".join(unknown)})
        return codes

    def carry_out(self, staff: Staff) -> None:
        """Add it."""
        sent = self.cleaned_data
        add_service(
            staff, sent["en"], sent["es"], sent["minutes"], sent["technique"], sent["codes"],
            for_new=not sent["follow_up"],
        )  # fmt: skip


class OfferForm(ActForm):
    """Offer a visit type, or stop offering it."""

    service = IdField()

    def carry_out(self, staff: Staff) -> None:
        """Offer it, or stop offering it."""
        set_service(staff, self.cleaned_data["service"], self.cleaned_data["do"] == "offer")


class OpeningForm(ActForm):
    """Weekly availability of a clinician."""

    staff = IdField()
    location = IdField()
    weekday = SetOf(label=_("Days"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple)
    begins = ClockField(label=_("from"))
    ends = ClockField(label=_("to"))

    def clean(self) -> dict[str, object]:
        """Require the end after the start."""
        found = super().clean() or {}
        if found.get("begins") and found.get("ends") and found["ends"] <= found["begins"]:
            self.add_error("ends", say("The end must be after the beginning."))
        if not found.get("weekday") and "weekday" not in self.errors:
            self.add_error("weekday", say("Choose at least one day."))
        return found

    def carry_out(self, staff: Staff) -> None:
        """Add it for each day."""
        sent = self.cleaned_data
        for weekday in sent["weekday"]:
            add_opening(staff, sent["staff"], sent["location"], int(weekday), sent["begins"], sent["ends"])


class EndOpeningForm(ActForm):
    """Remove an availability."""

    opening = IdField()

    def carry_out(self, staff: Staff) -> None:
        """Remove it."""
        end_opening(staff, self.cleaned_data["opening"])


class TimeOffForm(ActForm):
    """Time off for one person, or a closure for all."""

    first = DayField(label=_("from"))
    last = DayField(label=_("to"), required=False)
    staff = IdField(required=False)
    reason = WordsField(120, label=_("Reason"), required=False)

    def clean(self) -> dict[str, object]:
        """Require the last day not before the first."""
        found = super().clean() or {}
        if found.get("first") and found.get("last") and found["last"] < found["first"]:
            self.add_error("last", say("The last day must not be before the first."))
        elif found.get("first") and (found.get("last") or found["first"]) < DayField.today():
            self.add_error("last", say("These days have passed."))
        return found

    def carry_out(self, staff: Staff) -> None:
        """Save it; without a last day it is one day."""
        sent = self.cleaned_data
        last: datetime.date = sent["last"] or sent["first"]
        add_closed(staff, sent["staff"], sent["first"], last, sent["reason"])


class EndTimeOffForm(ActForm):
    """Cancel time off."""

    closed = IdField()

    def carry_out(self, staff: Staff) -> None:
        """Cancel it."""
        end_closed(staff, self.cleaned_data["closed"])


ACTS: dict[str, type[ActForm]] = {
    "address": PublicAddressForm,
    "asking": AskingForm,
    "service": ServiceForm,
    "offer": OfferForm,
    "withdraw": OfferForm,
    "opening": OpeningForm,
    "end-opening": EndOpeningForm,
    "closed": TimeOffForm,
    "end-closed": EndTimeOffForm,
}


class SiteTextForm(SentForm):
    """A section of the public site in the practice's own words."""

    title = WordsField(MOST_TITLE, label=_("Title"), required=False)
    text = WordsField(MOST_TEXT, label=_("Text"), required=False, widget=forms.Textarea)
    shown = forms.BooleanField(label=_("Show this section"), required=False)

    def clean(self) -> dict[str, object]:
        """Require a title above a text."""
        found = super().clean() or {}
        if found.get("text") and not found.get("title"):
            self.add_error("title", say("Enter a title above the text."))
        return found


class WordsPageForm(SentForm):
    """The section shown, and its language."""

    section = forms.CharField(max_length=40, required=False)
    lang = ChoiceOf(choices=[("en", "English"), ("es", "Español")], required=False)

    def chosen(self) -> tuple[str, str]:
        """Return section and language; the first ones when none or an invalid one is given."""
        self.full_clean()
        return self.cleaned_data.get("section") or "what", self.cleaned_data.get("lang") or "en"


class FeedbackReplyForm(SentForm):
    """What was answered or done about feedback."""

    feedback = IdField()
    answer = WordsField(4000, label=_("Answer"), widget=forms.Textarea)


class OutgoingForm(SentForm):
    """A message whose delivery is unknown: send it again, or leave it."""

    message = IdField()
    do = forms.CharField(max_length=20, required=False, widget=HIDDEN)


class WithholdForm(SentForm):
    """Why a note is withheld; without a reason it is shared again."""

    why = WordsField(200, label=_("Reason"), required=False)
