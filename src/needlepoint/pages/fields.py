"""Fields of forms that people fill in: numbers, days, times, choices. Each explains an error in plain words.

Bounds come from the core's data (`treatment/data/bounds.toml` and others); a field only applies them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.base.numbers import DecimalCommaError, NumberError, parse_number
from needlepoint.base.refusal import FIRST_DAY, LAST_DAY
from needlepoint.coding.shape import looks_like_icd10cm
from needlepoint.cost.ledger import holds_checked_card
from needlepoint.treatment.bounds import Bound, bound
from needlepoint.treatment.load import load_dose_rules
from needlepoint.treatment.plan.defaults import load_defaults

__all__ = [
    "ChoiceOf", "ClockField", "DayField", "DiagnosesField", "IdField", "LabNumber", "MoneyField", "NumberField",
    "PercentField", "PhoneField", "ScaleField", "SetOf", "StrengthField", "VolumeField", "WordsField", "YesNoField",
    "is_spanish", "lab_number",
]  # fmt: skip

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(?:([ap])\.?\s*m\.?)?", re.ASCII | re.IGNORECASE
)
PHONE = re.compile(r"\+?[0-9 ().\-/]+(?:(?:x|ext\.?) ?[0-9]+)?", re.ASCII | re.IGNORECASE)
MOST_CODES = 100  # characters of all diagnoses together: twelve codes fit
MOST_USD = Decimal(10**8) - Decimal("0.01")  # base.money: below 100 million


def is_spanish() -> bool:
    """Return whether the page is in Spanish."""
    return (get_language() or "en").startswith("es")


class WordsField(forms.CharField):
    """Text of at most `most` characters, without a card number."""

    default_error_messages = {  # noqa: RUF012 - as Django declares it
        "max_length": _("Use at most %(most)d characters. There are %(now)d."),
        "card": _("This may be a card number. Card numbers are never kept here."),
        "odd": _("This text holds characters that cannot be saved. Type it instead of pasting it."),
    }

    def __init__(self, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        """Return the text; refused when it is too long or cannot be stored."""
        text = super().to_python(value) or ""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError(self.error_messages["odd"], "odd") from None
        if len(text) > self.most:
            said = {"most": self.most, "now": len(text)}
            raise ValidationError(self.error_messages["max_length"], "max_length", said)
        if holds_checked_card(text):
            raise ValidationError(self.error_messages["card"], "card")
        return text


class PhoneField(WordsField):
    """A phone number in any usual format; with `billing` ten US digits, as on a claim."""

    default_error_messages = {  # noqa: RUF012 - as Django declares it
        "phone": _("Enter a phone number with its area code, such as 555-555-0123."),
    }

    def __init__(self, billing: bool = False, **options: Any) -> None:
        self.billing = billing
        super().__init__(20, **{"widget": forms.TextInput(attrs={"type": "tel"}), **options})

    def clean(self, value: Any) -> str:
        """Return the number as typed, or its ten digits for a claim."""
        text = str(super().clean(value))
        digits = re.sub(r"[^0-9]", "", text)
        if self.billing and len(digits) == 11:
            digits = digits.removeprefix("1")
        count = range(10, 11) if self.billing else range(7, 16)
        if text and not (PHONE.fullmatch(text) and len(digits) in count):
            raise ValidationError(self.error_messages["phone"], "phone")
        return digits if self.billing else text


class DiagnosesField(WordsField):
    """ICD-10-CM codes with their points, separated by commas or spaces; a tuple in the order typed."""

    default_error_messages = {  # noqa: RUF012 - as Django declares it
        "code": _("%(given)s is not an ICD-10-CM code. Type codes such as G44.209, separated by commas."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(MOST_CODES, **options)

    def clean(self, value: Any) -> tuple[str, ...]:
        """Return the codes, each once."""
        codes = tuple(dict.fromkeys(super().clean(value).upper().replace(",", " ").split()))
        for code in codes:
            if not looks_like_icd10cm(code):
                raise ValidationError(self.error_messages["code"], "code", {"given": code})
        return codes


class NumberField(forms.Field):
    """A number within bounds, in US format; a unit may follow it, a dollar sign may precede it."""

    widget = forms.TextInput

    def __init__(
        self,
        rule: Bound | str,
        places: int | None = None,
        units: Iterable[str] = (),
        **options: Any,
    ) -> None:
        self.rule = bound(rule) if isinstance(rule, str) else rule
        self.places = places
        known = {unit.casefold() for unit in (self.rule.unit, self.rule.unit_es, *units) if unit}
        self.units = sorted(known, key=len, reverse=True)
        super().__init__(**options)

    def to_python(self, value: Any) -> Decimal | None:
        """Return the number; None for an empty field."""
        text = self._without_unit(str(value or ""))
        if not text:
            return None
        try:
            number = parse_number(text)
        except DecimalCommaError as error:
            raise ValidationError(self._with_a_point(error.pointed), "comma") from None
        except NumberError:
            raise ValidationError(
                say("Enter digits only, without letters: %(range)s") % {"range": self._range()}, "digits"
            ) from None
        return self._bounded(number)

    def _without_unit(self, text: str) -> str:
        text = text.strip()
        for unit in self.units:
            if text.casefold().endswith(unit) and len(text) > len(unit):
                return text[: -len(unit)].strip()
        return text

    def _with_a_point(self, pointed: str) -> str:
        if pointed:
            return say("Write %(number)s with a decimal point.") % {"number": pointed}
        return say("Write the number with a decimal point, such as 1250.5.")

    def _bounded(self, number: Decimal) -> Decimal:
        if not self.rule.holds(number):
            raise ValidationError(self._range(), "range")
        if self.places is not None and number != round(number, self.places):
            raise ValidationError(self._too_fine(), "places")
        return number

    def _too_fine(self) -> str:
        if not self.places:
            return say("Enter a whole number.")
        return say("Digits after the point: at most %(n)s.") % {"n": self.places}

    def _range(self) -> str:
        rule = self.rule
        unit, remedy = (
            (rule.unit_es or rule.unit, rule.remedy_es) if is_spanish() else (rule.unit, rule.remedy)
        )
        said = say("a number from %(low)s to %(high)s") % {
            "low": _grouped(rule.low),
            "high": _grouped(rule.high),
        }
        return f"{said[0].upper()}{said[1:]} {unit}".strip() + (f". {remedy}" if remedy else ".")


def _grouped(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _volume_rule() -> Bound:
    rule = load_defaults().defaults
    return Bound(
        id="volume_ml",
        low=Decimal(rule.least_volume_ml),
        high=Decimal(rule.implausible_ml),
        unit="mL",
        remedy="Were units mixed up?",
        remedy_es="¿Se confundieron las unidades?",
    )


class VolumeField(NumberField):
    """A volume for one site in mL."""

    def __init__(self, **options: Any) -> None:
        super().__init__(_volume_rule(), units=("cc",), **options)


class StrengthField(NumberField):
    """The concentration of a local anesthetic in percent."""

    def __init__(self, **options: Any) -> None:
        most = Decimal(load_dose_rules().strength.most_percent)
        rule = Bound(id="strength", low=Decimal("0.01"), high=most, unit="%", remedy="", remedy_es="")
        super().__init__(rule, **options)


class PercentField(NumberField):
    """Whole percent within bounds of the core."""

    def __init__(self, rule: str, **options: Any) -> None:
        super().__init__(rule, places=0, units=("%",), **options)


class MoneyField(NumberField):
    """US dollars in whole cents."""

    def __init__(self, **options: Any) -> None:
        rule = Bound(id="usd", low=Decimal(0), high=MOST_USD, unit="USD", remedy="", remedy_es="")
        super().__init__(rule, places=2, **options)

    def _without_unit(self, text: str) -> str:
        return super()._without_unit(text.strip().removeprefix("$"))

    def _too_fine(self) -> str:
        return say("Enter dollars and whole cents, such as 12.50.")


class ScaleField(NumberField):
    """Pain from 0 to 10, a whole number."""

    def __init__(self, **options: Any) -> None:
        super().__init__("nprs", places=0, **options)

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        """Return the whole number; None for an empty field."""
        number = super().to_python(value)
        return None if number is None else int(number)


class LabNumber(NumberField):
    """A laboratory value; a platelet count is a whole number."""

    def __init__(self, test: str, **options: Any) -> None:
        super().__init__(test, places=0 if test == "platelets" else None, **options)


def lab_number(test: str, text: str) -> Decimal:
    """Return a laboratory value. Raises ValidationError in plain words."""
    value = LabNumber(test).clean(text)
    assert isinstance(value, Decimal)
    return value


class DayField(forms.Field):
    """A day, as a browser sends it or in US format. Never a day and month that can be confused."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")  # the format that browsers require

    def __init__(
        self,
        first: datetime.date = FIRST_DAY,
        latest: Callable[[], datetime.date] | None = None,
        **options: Any,
    ) -> None:
        self.first, self.latest = first, latest
        super().__init__(**options)

    def to_python(self, value: Any) -> datetime.date | None:
        """Return the day; None for an empty field."""
        if isinstance(value, datetime.date):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        day = _day_of(text)
        if day is None:
            raise ValidationError(say("Enter a day such as 2026-11-21."), "day")
        last = self.latest() if self.latest else LAST_DAY
        if not self.first <= day <= last:
            said = {"first": date_format(self.first, "DATE_FORMAT"), "last": date_format(last, "DATE_FORMAT")}
            raise ValidationError(say("Enter a day from %(first)s to %(last)s.") % said, "range")
        return day

    @staticmethod
    def today() -> datetime.date:
        """Return today in the practice's time zone, for `latest`."""
        return timezone.localdate()


def _day_of(text: str) -> datetime.date | None:
    american = US_DAY.fullmatch(text)
    try:
        if american and not is_spanish():
            month, day, year = (int(part) for part in american.groups())
            return datetime.date(year, month, day)
        return datetime.date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


class ClockField(forms.Field):
    """A time of the day: 14:30, 2:30 PM or 2:30 p. m."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def to_python(self, value: Any) -> datetime.time | None:
        """Return the time; None for an empty field."""
        if isinstance(value, datetime.time):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        found = CLOCK.fullmatch(text)
        at = _time_of(int(found[1]), int(found[2]), (found[3] or "").lower()) if found else None
        if at is None:
            raise ValidationError(say("Enter a time such as 2:30 PM or 14:30."), "time")
        return at


def _time_of(hour: int, minute: int, half: str) -> datetime.time | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime.time(hour, minute) if hour < 24 and minute < 60 else None


class ChoiceOf(forms.ChoiceField):
    """One of the options of the page, by its value; other text is refused without listing the values."""

    default_error_messages = {  # noqa: RUF012 - as Django declares it
        "invalid_choice": _("Choose one of the options on the page."),
    }


class SetOf(forms.MultipleChoiceField):
    """Several of the options of the page."""

    default_error_messages = {  # noqa: RUF012 - as Django declares it
        "invalid_choice": _("Choose from the options on the page."),
        "invalid_list": _("Choose from the options on the page."),
    }


class YesNoField(forms.Field):
    """Yes (True), no (False), or not known (None)."""

    widget = forms.Select(choices=[("", "?"), ("yes", _("yes")), ("no", _("no"))])

    def to_python(self, value: Any) -> bool | None:
        """Return the answer."""
        known: dict[str, bool | None] = {"yes": True, "no": False, "": None}
        text = str(value or "")
        if text not in known:
            raise ValidationError(say("Choose yes or no."), "yes_no")
        return known[text]


class IdField(forms.Field):
    """The id of a row that the page offered. Never shown to people."""

    widget = forms.HiddenInput
    default_error_messages = {  # noqa: RUF012 - as Django declares it
        "invalid": _("Choose one of the options on the page."),
        "required": _("Choose one of the options on the page."),
    }

    def __init__(self, digits: int = 9, **options: Any) -> None:
        self.digits = digits
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        """Return the id; None for an empty field."""
        text = str("" if value is None else value).strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= self.digits):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return int(text)
