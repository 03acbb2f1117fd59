"""Forms of the intake. The records hold the bounds; a form shows the error at its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from needlepoint.anatomy.geometry import region_ids
from needlepoint.base.refusal import Refused
from needlepoint.documents.leaflets.dangers import Danger
from needlepoint.documents.leaflets.questions import (
    NONE,
    IntakeQuestion,
    contradicts,
    load_asked,
    read_answer,
)
from needlepoint.pages.portal.forms import PainField
from needlepoint.pages.public_site.forms import PatientForm, errors_of
from needlepoint.pages.templatetags.plain import KINDLY, kindly, said
from needlepoint.records.patients.pictures import KINDS
from needlepoint.records.portal.intake import read_marks
from needlepoint.records.portal.prior_care import CARE_PARTS
from needlepoint.records.values import Answer

__all__ = ["AnswersForm", "CardForm", "ReadForm", "SignsForm", "TypedForm", "WaysForm", "WhereForm"]

LONGEST_TYPED = 5000  # characters that are screened while the patient types

TOO_LONG_LIST = _(
    "This is too long. Separate the names with commas: up to 200 characters each and 2000 in all."
)


class AnyList(forms.Field):
    """Every value sent under one name."""

    widget = forms.SelectMultiple


class SavedForm(PatientForm):
    """A page that also saves itself while the patient types: `page` and `seq` tell which save is newer."""

    page = forms.CharField(required=False)
    seq = forms.CharField(required=False)
    shape = forms.CharField(required=False)


class WhereForm(SavedForm):
    """The drawing, the list of places, and how much it hurts."""

    places: ClassVar[dict[str, str]] = {"drawing": "marks", "large drawing": "marks", "places": "place"}

    marks = forms.CharField(required=False)
    now = PainField(required=False)
    worst = PainField(required=False)
    place = forms.MultipleChoiceField(required=False, error_messages=errors_of("places", "invalid_choice"))
    listed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", [(name, name) for name in region_ids()])

    def clean_marks(self) -> Any:
        """Return the marks as sent; the records check whether they are a drawing."""
        try:
            return read_marks(self.cleaned_data["marks"] or "[]")
        except Refused as refusal:
            raise forms.ValidationError(kindly(refusal.faults[0])) from None

    def clean(self) -> dict[str, object]:
        """A page without the list did not ask for places."""
        if not self.cleaned_data.get("listed"):
            self.cleaned_data["place"] = None
        return self.cleaned_data


class SignsForm(SavedForm):
    """The checklist of warning signs. A checked sign counts, even next to 'none of these'."""

    signs = forms.MultipleChoiceField(error_messages=errors_of("signs"))

    def __init__(self, asked: Iterable[Danger], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        checks = [(row.flag, said(row.check)) for row in asked]
        self.offer("signs", [*checks, (NONE, _("None of these"))])


class IntakeAnswerField(AnyList):
    """The answer to one question of the intake, as sent."""

    def __init__(self, question: IntakeQuestion) -> None:
        super().__init__(required=False, label=said(question))
        self.question = question

    def clean(self, value: Sequence[str] | None) -> list[str]:
        """Return it as sent. Raises ValidationError for an answer that the question does not have."""
        given = list(value or ())
        try:
            read_answer(self.question, given)
        except Refused as refusal:
            if refusal.faults[0].where != "both":
                raise forms.ValidationError(self._why()) from None
        return given

    def _why(self) -> str:
        kinds = {"text": _("This text is too long. Please shorten it."), "list": TOO_LONG_LIST}
        return str(kinds.get(self.question.kind) or KINDLY["by"])


class CareField(forms.CharField):
    """Details of a treatment that was tried: since when, how many weeks, whether it helped."""

    def __init__(self, part: str, read: Callable[[str], Any]) -> None:
        super().__init__(required=False)
        self.part, self.read = part, read

    def clean(self, value: Any) -> list[str]:
        """Return it as sent. Raises ValidationError for what cannot be read."""
        try:
            self.read(str(value or "").strip())
        except Refused:
            raise forms.ValidationError(KINDLY.get(self.part) or KINDLY["by"]) from None
        return [str(value or "").strip()]


class AnswersForm(SavedForm):
    """The questions of one section, and details of treatments. What the page did not send stays unchanged."""

    def __init__(self, asked: Iterable[IntakeQuestion], sent: QueryDict, *args: Any, **kwargs: Any) -> None:
        super().__init__(sent, *args, **kwargs)
        known = load_asked()
        rows = {row.id: row for row in asked} | {name: known[name] for name in sent if name in known}
        self.asked, self.sent = rows, sent
        self.fields |= {name: IntakeAnswerField(row) for name, row in rows.items()}
        for name in sent:
            part = name.rpartition("_")[2]
            if name.startswith("care_") and part in CARE_PARTS:
                self.fields[name] = CareField(part, CARE_PARTS[part])

    def answers(self) -> dict[str, list[str]]:
        """Return the answers by question. An unchecked box is not sent: a question without a value has no answer."""
        empties = {name for name, row in self.asked.items() if row.kind in ("some", "list")}
        names = (name for name in self.fields if name in self.data or name in empties)
        return {name: self.cleaned_data[name] for name in names if name not in SavedForm.base_fields}

    def contradicted(self) -> list[str]:
        """Return the questions with 'none of these' next to something else."""
        return [name for name, given in self.answers().items() if name in self.asked and contradicts(given)]

    def typed_answers(self) -> dict[str, Answer]:
        """Return what was sent, in the shape of saved answers, to show it again."""
        found: dict[str, Answer] = {}
        for name, row in self.asked.items():
            given = [one for one in self.sent.getlist(name) if one]
            several = row.kind in ("some", "list")
            found[name] = tuple(one for one in given if one != NONE) if several else (given or [""])[0]
        return found

    def typed_care(self, kept: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        """Return the treatments that were tried, with the details that were sent in place of the saved ones."""
        return {
            id_: dict(row)
            | {
                part: str(self.data[name])
                for part in CARE_PARTS
                if (name := f"care_{id_}_{part}") in self.data
            }
            for id_, row in kept.items()
        }


class WaysForm(PatientForm):
    """How the patient wants to be contacted, on the last page."""

    ways = forms.BooleanField(required=False)  # whether the page asked
    email = forms.BooleanField(required=False)
    sms = forms.BooleanField(required=False)


class ReadForm(PatientForm):
    """The warnings that were on the page when the patient confirmed reading them."""

    flag = AnyList(required=False)


class TypedForm(PatientForm):
    """Text that is being typed. It is cut for screening here; the whole is screened when it is saved."""

    words = forms.CharField(required=False)

    def clean_words(self) -> str:
        """Return as much as is screened at once."""
        return str(self.cleaned_data["words"])[:LONGEST_TYPED]


class CardForm(PatientForm):
    """A photo of the insurance card."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS], error_messages=errors_of("by"))
    photo = forms.FileField(error_messages=errors_of("photo", "required", "invalid", "missing", "empty"))
