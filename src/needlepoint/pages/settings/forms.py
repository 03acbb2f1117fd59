"""What the owner of a practice enters: the set-up, the parts of the settings page, staff, licenses, locations."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from needlepoint.base.money import CENT
from needlepoint.claims.outgoing.checks import npi_is_valid
from needlepoint.coding.load import load_codes
from needlepoint.cost.fees import Amount
from needlepoint.cost.place import load_localities
from needlepoint.guard.roles import RIGHTS
from needlepoint.pages.fields import (
    ChoiceOf,
    ClockField,
    DayField,
    IdField,
    MoneyField,
    PhoneField,
    SetOf,
    WordsField,
)
from needlepoint.pages.forms import SentForm, UncutForm
from needlepoint.records.models import Practice
from needlepoint.records.settings.practice import STATES, PracticeChange
from needlepoint.records.values import Billing, NoteTemplate, PostalAddress
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.practice import PracticeRules

__all__ = [
    "PARTS", "ROLES", "WEEK", "ZONES", "HoursForm", "LicenseForm", "LocationForm", "NewStaff", "PartForm",
    "PasswordForm", "RemoveLicenseForm", "StaffForm", "StartForm", "TokenForm", "priced_codes",
]  # fmt: skip

HIDDEN = forms.HiddenInput
MOST_TEXTS, MOST_NAME, MOST_TEXT = 50, 60, 1000
PROFESSIONS = [
    ("", _("non-clinical")),
    ("physician", _("physician")),
    ("physician_assistant", _("physician assistant")),
    ("nurse_practitioner", _("nurse practitioner")),
    ("acupuncturist", _("acupuncturist")),
    ("physical_therapist", _("physical therapist")),
]
ROLES = {
    "clinician": _("clinician"),
    "assistant": _("medical assistant"),
    "front_desk": _("front desk"),
    "biller": _("biller"),
    "owner": _("owner"),
}
WEEK = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
ZONES = sorted(zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/", "US/")))
ALL_ZONES = sorted(available_timezones())
STATE_CHOICES = [("", ""), *((state, state) for state in STATES)]  # nothing is preselected
EIN = RegexValidator(r"\A[0-9]{2}-?[0-9]{7}\Z", _("Enter the nine digits of the tax ID."))
TAXONOMY = RegexValidator(r"\A[0-9A-Za-z]{10}\Z", _("Enter the ten letters and digits of the taxonomy code."))
ZIP_CODE = RegexValidator(r"\A[0-9]{5}(-?[0-9]{4})?\Z", _("Enter a ZIP code of 5 or 9 digits."))
NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NpiField(WordsField):
    """A national provider identifier with a valid check digit."""

    def __init__(self, **options: Any) -> None:
        super().__init__(10, label="NPI", required=False, **options)

    def validate(self, value: str) -> None:
        """Check ten digits, the last of which is the check digit."""
        super().validate(value)
        if value and not npi_is_valid(value):
            raise ValidationError(
                say("The NPI has ten digits, and its check digit must be right."), code="npi"
            )


class PasswordField(forms.CharField):
    """A first password that is hard to guess."""

    widget = NEW_PASSWORD

    def validate(self, value: str) -> None:
        """Apply the site's rules, with Django's messages in the page's language."""
        super().validate(value)
        validate_password(value)


class TokenForm(UncutForm):
    """The token from the server that opens the set-up."""

    token = forms.CharField(max_length=200, required=False)

    def token_of(self) -> str:
        """Return the token, '' for none."""
        self.full_clean()
        return str(self.cleaned_data.get("token", ""))


class OwnerForm(SentForm):
    """The first owner of a practice."""

    name = WordsField(120, label=_("Your name"))
    profession = ChoiceOf(label=_("Your profession"), choices=PROFESSIONS, required=False)
    license_number = WordsField(40, label=_("Your license number"), required=False)
    license_expires = DayField(label=_("Your license expires"), required=False)
    username = WordsField(150, label=_("Username"))
    password = PasswordField(label=_("Password (15 characters or more)"), strip=False)

    def clean(self) -> dict[str, object]:
        """A license has a number and a date, or it is entered later."""
        found = super().clean() or {}
        for name, other in (("license_number", "license_expires"), ("license_expires", "license_number")):
            if found.get(other) and not found.get(name) and name not in self.errors:
                self.add_error(
                    name, say("Enter the license number and its expiration date, or neither for now.")
                )
        return found


class StartForm(OwnerForm):
    """The data of a new practice: one page, five minutes."""

    field_order = ("practice", "state", "timezone")
    practice = WordsField(120, label=_("Practice name"))
    state = ChoiceOf(label=_("State"), choices=STATE_CHOICES)
    timezone = ChoiceOf(
        label=_("Time zone"), choices=[(zone, zone) for zone in ZONES], initial="America/New_York"
    )


class NewStaff(SentForm):
    """A new staff member."""

    name = WordsField(120, label=_("Name"))
    profession = ChoiceOf(label=_("Profession"), choices=PROFESSIONS, required=False)
    roles = SetOf(
        label=_("Roles"),
        choices=[(role, ROLES[role]) for role in RIGHTS],
        widget=forms.CheckboxSelectMultiple,
    )
    npi = NpiField()
    username = WordsField(150, label=_("Username"))
    password = PasswordField(label=_("Temporary password"), strip=False)


class StaffForm(SentForm):
    """A staff member whose access is opened or closed."""

    do = forms.CharField(max_length=20, widget=HIDDEN)
    staff = IdField()


class PasswordForm(StaffForm):
    """A new first password."""

    password = PasswordField(label=_("New temporary password"), strip=False)


class LicenseForm(StaffForm):
    """A state license, new or renewed."""

    state = ChoiceOf(label=_("State"), choices=STATE_CHOICES)
    number = WordsField(40, label=_("License number"), required=False)
    expires_on = DayField(label=_("Expires"))
    credentials = WordsField(200, label=_("Credentials"), required=False)


class RemoveLicenseForm(SentForm):
    """A license that was entered in error."""

    license = IdField()


class LocationForm(SentForm):
    """Another location of the practice."""

    do = forms.CharField(max_length=20, widget=HIDDEN)
    name = WordsField(120, label=_("Name"))
    state = ChoiceOf(label=_("State"), choices=STATE_CHOICES)
    place = WordsField(
        2,
        label=_("Place of service (POS)"),
        required=False,
        validators=[RegexValidator(r"\A[0-9]{2}\Z", _("Enter the two digits of the place of service."))],
    )
    locality = WordsField(2, label=_("Fee schedule locality"), required=False)

    def clean(self) -> dict[str, object]:
        """Check that the fee schedule has this locality in the state."""
        found = super().clean() or {}
        known = [row.number for row in load_localities() if row.state == found.get("state")]
        if found.get("locality") and found.get("state") and found["locality"] not in known:
            said = say("The fee schedule has these localities in this state: %(numbers)s.")
            self.add_error("locality", said % {"numbers": ", ".join(dict.fromkeys(known))})
        return found


# The parts of the settings page; each returns the fields of the practice that it changes.


class PartForm(SentForm):
    """One part of the settings page."""

    part = forms.CharField(max_length=20, widget=HIDDEN)

    def __init__(self, sent: Any, practice: Practice | None = None) -> None:
        super().__init__(sent)
        self.rules = practice.rules if practice else PracticeRules()

    def changes(self, practice: Practice) -> PracticeChange:
        """Return the changes of the practice, for `change_practice`."""
        raise NotImplementedError


class NameForm(PartForm):
    """Name, time zone and language."""

    name = WordsField(120, label=_("Name"))
    timezone = ChoiceOf(label=_("Time zone"), choices=[(zone, zone) for zone in ALL_ZONES])
    language = ChoiceOf(label=_("Note language"), choices=[("en", "English"), ("es", "Español")])

    def changes(self, practice: Practice) -> PracticeChange:
        """Return the three fields."""
        sent = self.cleaned_data
        return {"name": sent["name"], "timezone": sent["timezone"], "language": sent["language"]}


class BillingForm(PartForm):
    """The practice's identifiers and address on a claim."""

    npi = NpiField()
    tax_id = WordsField(10, label=_("Tax ID (EIN)"), required=False, validators=[EIN])
    taxonomy = WordsField(10, label=_("Taxonomy code"), required=False, validators=[TAXONOMY])
    phone = PhoneField(billing=True, label=_("Phone"), required=False)
    line1 = WordsField(55, label=_("Street"), required=False)
    city = WordsField(30, label=_("City"), required=False)
    state = ChoiceOf(label=_("State"), choices=STATE_CHOICES, required=False)
    zip = WordsField(10, label="ZIP+4", required=False, validators=[ZIP_CODE])

    def clean_tax_id(self) -> str:
        """Return digits only, as on a claim."""
        return str(self.cleaned_data["tax_id"]).replace("-", "")

    def clean_taxonomy(self) -> str:
        """Return upper case."""
        return str(self.cleaned_data["taxonomy"]).upper()

    def clean_zip(self) -> str:
        """Return digits only."""
        return str(self.cleaned_data["zip"]).replace("-", "")

    def clean(self) -> dict[str, object]:
        """Require a complete address or none."""
        found = super().clean() or {}
        names = ("line1", "city", "state", "zip")
        for name in names:
            if any(found.get(other) for other in names) and not found.get(name) and name not in self.errors:
                self.add_error(name, say("Complete the address."))
        return found

    def changes(self, practice: Practice) -> PracticeChange:
        """Return the values in the format of a claim."""
        sent = self.cleaned_data
        address = PostalAddress(**{name: sent[name] for name in ("line1", "city", "state", "zip")})
        numbers = {name: sent[name] for name in ("npi", "tax_id", "phone", "taxonomy")}
        return {"billing": Billing(name=practice.name, address=address, **numbers)}


class HoursForm(PartForm):
    """Opening hours by day of the week; a day without both times is closed."""

    def __init__(self, sent: Any, practice: Practice | None = None) -> None:
        super().__init__(sent, practice)
        for key, name in WEEK.items():
            self.fields[f"{key}-from"] = ClockField(label=f"{name}, {say('from')}", required=False)
            self.fields[f"{key}-to"] = ClockField(label=f"{name}, {say('to')}", required=False)

    def clean(self) -> dict[str, object]:
        """Require both times or none, in order."""
        found = super().clean() or {}
        for key in WEEK:
            first, last = found.get(f"{key}-from"), found.get(f"{key}-to")
            if (first is None) != (last is None) and not self._wrong(key):
                self.add_error(f"{key}-to", say("Enter both times, or none for a closed day."))
            elif first is not None and last is not None and last <= first:
                self.add_error(f"{key}-to", say("The end must be after the beginning."))
        return found

    def _wrong(self, key: str) -> bool:
        return f"{key}-from" in self.errors or f"{key}-to" in self.errors

    def changes(self, practice: Practice) -> PracticeChange:
        """Return the open days."""
        sent = self.cleaned_data
        ends = {key: (sent[f"{key}-from"], sent[f"{key}-to"]) for key in WEEK}
        return {"hours": {key: pair for key, pair in ends.items() if None not in pair}}


class TextsForm(PartForm):
    """Note templates by name; as many as the page has."""

    def rows(self) -> list[NoteTemplate]:
        """Return the templates with a name."""
        sent: Any = self.data
        pairs = zip(sent.getlist("text-name"), sent.getlist("text-text"), strict=False)
        rows = [NoteTemplate(name=name.strip(), text=text.strip()) for name, text in pairs]
        return [row for row in rows if row.name and row.text]

    def clean(self) -> dict[str, object]:
        """Check their number and length."""
        rows = self.rows()
        long = any(len(row.name) > MOST_NAME or len(row.text) > MOST_TEXT for row in rows)
        if long or len(rows) > MOST_TEXTS:
            said = say("Use at most %(n)s texts, %(name)s characters for a name and %(text)s for a text.")
            raise ValidationError(said % {"n": MOST_TEXTS, "name": MOST_NAME, "text": MOST_TEXT})
        return super().clean() or {}

    def changes(self, practice: Practice) -> PracticeChange:
        """Return the templates."""
        return {"templates": tuple(self.rows())}


class FormularyForm(PartForm):
    """The drugs that the practice uses, and who accepts the limits."""

    drugs = SetOf(
        label=_("Drugs on the formulary"),
        required=False,
        choices=lambda: [(id_, row.en) for id_, row in load_drugs().items()],
        widget=forms.CheckboxSelectMultiple,
    )
    ultrasound = forms.BooleanField(label=_("Ultrasound available"), required=False)
    director = WordsField(120, label=_("Medical director who approves these dose limits"), required=False)

    approve = forms.BooleanField(
        label=_("The medical director named above approves these dose limits today"), required=False
    )

    def clean(self) -> dict[str, object]:
        """A new director approves by the box; an approval needs a director."""
        found = super().clean() or {}
        director, approve = found.get("director"), found.get("approve")
        if approve and not director and "director" not in self.errors:
            self.add_error("director", say("Enter the name of the medical director."))
        elif director and director != self.rules.director and not approve:
            self.add_error("approve", say("Check this box to record the approval of a new medical director."))
        elif not director and (self.rules.tighten or self.rules.stops):
            self.add_error(
                "director", say("The stricter dose limits of this practice need a medical director.")
            )
        return found

    def changes(self, practice: Practice) -> PracticeChange:
        """Return the practice's rules with these values; without a name the approval is withdrawn."""
        sent = self.cleaned_data
        rules = replace(practice.rules, drugs=sent["drugs"], ultrasound=sent["ultrasound"])
        if not sent["director"]:
            rules = replace(rules, director=None, accepted_on=None, accept=[])
        elif sent["approve"]:
            today = timezone.localdate()
            rules = replace(rules, director=sent["director"], accepted_on=today, accept=["*"])
        return {"rules": rules}


class PricesForm(PartForm):
    """Prices from today on; earlier ones stay for earlier days."""

    def __init__(self, sent: Any, practice: Practice | None = None) -> None:
        super().__init__(sent, practice)
        for code in priced_codes():
            self.fields[f"price-{code}"] = MoneyField(label=code, required=False)

    def changes(self, practice: Practice) -> PracticeChange:
        """Return the fee schedule with the changes."""
        day, kept = timezone.localdate(), list(practice.fees.charge)
        for code in priced_codes():
            amount = self.cleaned_data[f"price-{code}"]
            _set_price(kept, code, None if amount is None else amount.quantize(CENT), day)
        return {"fees": replace(practice.fees, charge=kept)}


def _set_price(kept: list[Amount], code: str, amount: Decimal | None, day: datetime.date) -> None:
    """End the current price of a code and begin the new one, if it differs."""
    open_ = next((row for row in kept if row.code == code and row.to is None), None)
    if (open_.amount_usd if open_ else None) == amount:
        return
    if open_ and open_.from_ == day:
        kept.remove(open_)
    elif open_:
        kept[kept.index(open_)] = replace(open_, to=day - datetime.timedelta(days=1))
    if amount is not None:
        kept.append(Amount(code=code, amount_usd=amount, from_=day))


def priced_codes() -> list[str]:
    """Return every code that this work can put on a claim."""
    rows = load_codes()
    usual = ["99213", "99203"]
    return list(dict.fromkeys([row.code for row in rows.procedure] + [row.code for row in rows.drug] + usual))


PARTS: dict[str, type[PartForm]] = {
    "name": NameForm,
    "hours": HoursForm,
    "texts": TextsForm,
    "numbers": BillingForm,
    "formulary": FormularyForm,
    "prices": PricesForm,
}
