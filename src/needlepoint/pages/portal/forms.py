"""Forms of the patient's own pages and of the links that we send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from needlepoint.base.refusal import Refused
from needlepoint.documents.leaflets.questions import load_asked
from needlepoint.outcomes import SurveyQuestion
from needlepoint.pages.public_site.forms import (
    FEEDBACK_KINDS,
    FeedbackForm,
    PatientForm,
    ReasonForm,
    TimeField,
    errors_of,
    offered_needs,
    picked,
)
from needlepoint.pages.templatetags.plain import KINDLY, said
from needlepoint.records.models import AccessGrant, Patient, VisitType
from needlepoint.records.portal.access import Me
from needlepoint.records.portal.accounts import LONGEST_MESSAGE, LONGEST_NAMED
from needlepoint.records.portal.checkins import read_question
from needlepoint.records.schedule.person import LONGEST_EMAIL
from needlepoint.records.values import CheckInAnswer, NamedInsurance

__all__ = [
    "BookAgainForm",
    "EndAccessForm",
    "InsuranceForm",
    "InviteForm",
    "LeaveForm",
    "ManageForm",
    "OwnFeedbackForm",
    "PainField",
    "PortalMessageForm",
    "PortalWaitForm",
    "PriceForm",
    "RescheduleForm",
    "RightsForm",
    "SendCodeForm",
    "SettingsForm",
    "StopForm",
    "SurveyForm",
    "SurveyPainForm",
    "SwitchForm",
]

MOST_DOLLARS = 100_000  # of a deductible or copay: more is a slip of the finger
LONGEST_PLAN = 80  # characters of a plan's name, and of a member ID
LANGUAGES = [("en", "English"), ("es", "Español")]
ZONES = [
    ("", _("same as the clinic")),
    ("America/Puerto_Rico", _("Atlantic time (Puerto Rico)")),
    ("America/New_York", _("Eastern time")),
    ("America/Chicago", _("Central time")),
    ("America/Denver", _("Mountain time")),
    ("America/Phoenix", _("Mountain time (Arizona)")),
    ("America/Los_Angeles", _("Pacific time")),
    ("America/Anchorage", _("Alaska time")),
    ("Pacific/Honolulu", _("Hawaii time")),
]


class PainField(forms.TypedChoiceField):
    """Pain from 0 to 10, one button each."""

    def __init__(self, **options: Any) -> None:
        scale = [(str(n), str(n)) for n in range(11)]
        super().__init__(
            choices=scale, coerce=int, empty_value=None, error_messages=errors_of("pain"), **options
        )


class PortalMessageForm(PatientForm):
    """A message to the practice."""

    text = forms.CharField(
        label=_("Your message"), max_length=LONGEST_MESSAGE, error_messages=errors_of("text", "required"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class OwnFeedbackForm(FeedbackForm):
    """Feedback from a signed-in patient, whose contact details are known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["contact"]
        self.fields["kind"].widget = forms.Select()
        self.offer("kind", FEEDBACK_KINDS)
        self.fields["text"].widget.attrs["rows"] = 4


class LeaveForm(PatientForm):
    """Signing out: on this device, or on every one."""

    everywhere = forms.BooleanField(required=False)


class PortalWaitForm(PatientForm):
    """A visit type to wait for."""

    service = forms.ModelChoiceField(VisitType.objects.none())

    def __init__(self, services: QuerySet[VisitType], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("service", services)


class SwitchForm(PatientForm):
    """The patient whose pages are shown next."""

    patient = forms.TypedChoiceField(coerce=int)

    def __init__(self, people: Iterable[Me], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("patient", [(str(me.patient.pk), me.patient.name) for me in people])


class ManageForm(PatientForm):
    """Continue to rescheduling or canceling a visit."""

    do = forms.ChoiceField(choices=[("move", ""), ("cancel", "")], required=False)


RIGHTS = [
    ("visits", _("Visits: book, reschedule, cancel, settings")),
    ("health", _("Health: questions before a visit, notes, aftercare, pain, records")),
    ("messages", _("Messages: read and write")),
    ("costs", _("Costs: prices, estimates, insurance")),
]


def _rights_field() -> forms.MultipleChoiceField:
    """Nothing is preselected: the patient chooses."""
    return forms.MultipleChoiceField(
        label=_("What may this person see and do?"), choices=RIGHTS, widget=forms.CheckboxSelectMultiple,
        error_messages=errors_of("rights", "required", "invalid_choice"),
    )  # fmt: skip


class InviteForm(PatientForm):
    """A person who may see and help, with the rights that the patient chooses."""

    named = forms.CharField(label=_("Name"), max_length=LONGEST_NAMED, error_messages=errors_of("named"))
    email = forms.EmailField(label=_("Email"), max_length=LONGEST_EMAIL, error_messages=errors_of("email"))
    rights = _rights_field()


class RightsForm(PatientForm):
    """The rights of a person with access, from now on."""

    change = forms.ModelChoiceField(AccessGrant.objects.none(), error_messages=errors_of("by"))
    rights = _rights_field()

    def __init__(self, rows: QuerySet[AccessGrant], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=False, **kwargs)
        self.offer_rows("change", rows)

    @classmethod
    def of(cls, row: AccessGrant) -> Self:
        """Return the form of a person with the current rights."""
        return cls(AccessGrant.objects.filter(pk=row.pk), initial={"rights": list(row.rights)})


class EndAccessForm(PatientForm):
    """End a person's access."""

    end = forms.ModelChoiceField(AccessGrant.objects.none(), error_messages=errors_of("by"))

    def __init__(self, rows: QuerySet[AccessGrant], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("end", rows)


class SettingsForm(PatientForm):
    """Contact details, accessibility needs, language."""

    email = forms.BooleanField(label=_("by email"), required=False)
    sms = forms.BooleanField(label=_("by text message"), required=False)
    needs = forms.MultipleChoiceField(
        label=_("What would make your visit easier?"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages=errors_of("by"),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of our messages"), choices=LANGUAGES, error_messages=errors_of("by")
    )
    timezone = forms.ChoiceField(
        label=_("Your time zone, so that we do not message you at night"), choices=ZONES, required=False,
        error_messages=errors_of("by"),
    )  # fmt: skip

    def __init__(self, *args: Any, sms: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("needs", picked(offered_needs()))
        if not sms:
            del self.fields["sms"]


class PriceForm(PatientForm):
    """Which form of the price page was sent."""

    do = forms.ChoiceField(choices=[("screen", ""), ("insurance", ""), ("estimate", "")])


class DollarsField(forms.DecimalField):
    """An amount of a plan, in dollars; with or without a dollar sign and commas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, min_value=0, max_value=MOST_DOLLARS, decimal_places=2,
            error_messages=errors_of("dollars", "invalid", "min_value", "max_value", "max_decimal_places"),
            widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        """Read "$1,500" as 1500."""
        return super().to_python(str(value or "").replace("$", "").replace(",", "").strip())


class InsuranceForm(PatientForm):
    """The insurance as the patient names it: kind, plan, member ID."""

    insurance = forms.ChoiceField(error_messages=errors_of("by"))
    plan = forms.CharField(max_length=LONGEST_PLAN, required=False)
    member = forms.CharField(max_length=LONGEST_PLAN, required=False)
    deductible_left = DollarsField(label=_("How much of this year's deductible is left? In dollars"))
    copay = DollarsField(label=_("Copay for a specialist visit, in dollars"))
    coinsurance = forms.IntegerField(
        label=_("Your share after the deductible (coinsurance), in percent"), required=False, min_value=0,
        max_value=100, error_messages=errors_of("percent", "invalid", "min_value", "max_value"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, patient: Patient, *args: Any, **kwargs: Any) -> None:
        told, asked = patient.told_insurance, load_asked()
        initial = {
            "insurance": told.kind, "plan": told.plan, "member": told.member, "deductible_left": told.deductible_left,
            "copay": told.copay, "coinsurance": told.coinsurance,
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        for name in ("insurance", "plan", "member"):
            self.fields[name].label = said(asked[name])
        empty = [] if told.kind else [("", _("Please choose"))]
        self.offer("insurance", [*empty, *picked(asked["insurance"].option)])

    def named(self) -> NamedInsurance:
        """Return what was entered, as a value of the record."""
        sent = self.cleaned_data
        return NamedInsurance(
            kind=sent["insurance"], plan=sent["plan"], member=sent["member"], copay=sent["copay"],
            deductible_left=sent["deductible_left"], coinsurance=sent["coinsurance"],
        )  # fmt: skip


class RescheduleForm(PatientForm):
    """A chosen time; `sure` once it was confirmed."""

    slot = TimeField()
    sure = forms.BooleanField(required=False)


class BookAgainForm(RescheduleForm, ReasonForm):
    """The same for a new visit, with a reason."""


class SendCodeForm(PatientForm):
    """Where the code is sent: one of the patient's own addresses."""

    by = forms.ChoiceField(error_messages=errors_of("by"))

    def __init__(self, ways: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("by", list(ways.items()))


class StopForm(PatientForm):
    """Stop messages, or start them again. A mail program sends neither field: that means stop."""

    again = forms.ChoiceField(choices=[("yes", ""), ("no", "")], required=False)


class SurveyPainForm(PatientForm):
    """One tap."""

    pain = PainField()


class SurveyAnswerField(forms.Field):
    """The answer to a question of a follow-up survey, as sent; the core knows the valid ones."""

    widget = forms.SelectMultiple

    def __init__(self, question: SurveyQuestion) -> None:
        super().__init__(required=False, label=said(question))
        self.question = question

    def clean(self, value: Sequence[str] | None) -> list[str] | None:
        """Return the answer as sent. Raises ValidationError when the question does not have it."""
        if not value:
            return None
        try:
            read_question(self.question, list(value))
        except Refused:
            place = "pain" if self.question.kind == "scale" else "by"
            raise forms.ValidationError(KINDLY[place]) from None
        return list(value)


class SurveyForm(PatientForm):
    """The second page of a follow-up survey; every question is optional."""

    def __init__(self, questions: Iterable[SurveyQuestion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {question.id: SurveyAnswerField(question) for question in questions}

    def answers(self) -> dict[str, list[str]]:
        """Return the answers by question."""
        return {name: given for name, given in self.cleaned_data.items() if given is not None}

    def shown(self, kept: Mapping[str, CheckInAnswer], again: Sequence[str] = ()) -> list[dict[str, object]]:
        """Return the questions with their answers; with `again` only those that are asked again."""
        found: list[dict[str, object]] = []
        for name, field in self.fields.items():
            if isinstance(field, SurveyAnswerField) and (not again or name in again):
                given = kept.get(name, ()) if again else self[name].value() or ()
                chosen = list(given) if isinstance(given, (list, tuple)) else [str(given)]
                found.append({"row": field.question, "chosen": chosen, "field": self[name]})
        return found
