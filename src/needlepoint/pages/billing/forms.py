"""What the front desk enters about money. No field takes a card number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.cost.ledger import Entry, has_card_number, load_desk
from needlepoint.pages.fields import ChoiceOf, IdField, MoneyField, WordsField
from needlepoint.pages.forms import SentForm
from needlepoint.pages.templatetags.plain import said

__all__ = [
    "ChargeForm",
    "CloseForm",
    "CopayForm",
    "DrawerForm",
    "LanguageForm",
    "PaymentForm",
    "RefundForm",
    "VoidForm",
]

MOST_REFERENCE, MOST_WORDS, MOST_KEY = 40, 200, 40


class TextField(WordsField):
    """A text in which a card number is refused."""

    def to_python(self, value: Any) -> str:
        """Return the text."""
        text = super().to_python(value)
        if has_card_number(text):
            words = say("This may be a card number. Card numbers are never kept here.")
            raise ValidationError(words, "card")
        return text


def _methods() -> list[tuple[str, str]]:
    return [(row.id, said(row)) for row in load_desk().method]


def _purposes() -> list[tuple[str, str]]:
    return [(row.id, said(row)) for row in load_desk().purpose]


class AmountField(MoneyField):
    """More than 0 dollars."""

    def to_python(self, value: Any) -> Any:
        """Return the amount."""
        number = super().to_python(value)
        if number is not None and number == 0:
            raise ValidationError(say("Enter an amount of more than 0 dollars."), "zero")
        return number


class EntryForm(SentForm):
    """What a charge and a payment have in common. `key` names the form, so that it counts once."""

    amount = AmountField(label=_("Amount (USD)"))
    purpose = ChoiceOf(label=_("What for"), choices=_purposes)
    visit = IdField(required=False)
    location = IdField(required=False)
    key = WordsField(MOST_KEY, required=False, widget=forms.HiddenInput)


class PaymentForm(EntryForm):
    """A payment: how much, how, and the number that identifies it."""

    method = ChoiceOf(label=_("How it is paid"), choices=_methods)
    reference = TextField(MOST_REFERENCE, label=_("Check number or terminal reference"), required=False)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """A check and a card payment have a number."""
        found = super().clean() or {}
        method = load_desk().method_of(str(found.get("method") or ""))
        if method and method.reference_en and not found.get("reference") and "reference" not in self.errors:
            words = say("Enter the %(what)s.") % {"what": said(method, "reference")}
            self.add_error("reference", words)
        return found

    def entry(self) -> Entry:
        """Return the payment."""
        sent = self.cleaned_data
        reference = sent["reference"] if sent["method"] != "cash" else ""
        return Entry(
            kind="payment",
            amount=sent["amount"],
            purpose=sent["purpose"],
            method=sent["method"],
            reference=reference,
        )


class ChargeForm(EntryForm):
    """A charge, in words."""

    words = TextField(MOST_WORDS, label=_("Description"), required=False)


class CopayForm(SentForm):
    """The copay on the card; empty: not recorded."""

    copay = MoneyField(label=_("Copay for each visit (USD)"), required=False)


class VoidForm(SentForm):
    """Why an entry is void."""

    reason = TextField(MOST_WORDS, label=_("Reason"))


class RefundForm(VoidForm):
    """How much is given back, and why."""

    amount = AmountField(label=_("Amount (USD)"))


class DrawerForm(SentForm):
    """The location whose drawer is shown."""

    location = IdField(required=False)


class CloseForm(DrawerForm):
    """What was counted in the drawer."""

    counted = MoneyField(label=_("Cash and checks counted (USD)"))
    words = TextField(MOST_WORDS, label=_("If the count differs: why"), required=False)


class LanguageForm(SentForm):
    """The language of a paper."""

    lang = ChoiceOf(choices=[("en", "English"), ("es", "Español")], required=False)
