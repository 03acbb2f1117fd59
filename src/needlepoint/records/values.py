"""What the JSON columns of the models hold, where the core has no type for it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec

from needlepoint.claims.types import Address
from needlepoint.outcomes.figures import Figures
from needlepoint.visit.facts import Spot

__all__ = [
    "HELPER_RIGHTS",
    "Answer",
    "Billing",
    "Care",
    "ChangedPart",
    "ChangedSetting",
    "CheckInAnswer",
    "ClinicianFigures",
    "ConsentPage",
    "EmergencyContact",
    "Filling",
    "IntakeAnswers",
    "LineMeaning",
    "Means",
    "NamedInsurance",
    "NoteTemplate",
    "Offer",
    "PageOrder",
    "PostalAddress",
    "PublicSettings",
    "ReferringDoctor",
    "ShownWarning",
    "WeekHours",
    "every_right",
]

Answer: TypeAlias = str | tuple[str, ...]  # to one question of the intake
CheckInAnswer: TypeAlias = int | str | tuple[str, ...]
Means: TypeAlias = Literal["known", "harmless", "matters"]
PageOrder: TypeAlias = tuple[str, int]  # the page that saved a section last, and its clock


# Opening hours by day of the week (mon, tue, ...); a missing day is closed.
WeekHours: TypeAlias = dict[str, tuple[datetime.time, datetime.time]]


class PostalAddress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An address as far as it is known; falsy if nothing is known."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""

    def __bool__(self) -> bool:
        return self != PostalAddress()

    def for_claim(self) -> Address | None:
        """Return it in the format of a claim; None if nothing is known."""
        if not self:
            return None
        return Address(line1=self.line1, line2=self.line2, city=self.city, state=self.state, zip=self.zip)


class EmergencyContact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom to call in an emergency."""

    name: str = ""
    phone: str = ""


class ReferringDoctor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The doctor who referred the patient, with the address as written on a letter; falsy without a name."""

    name: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return bool(self.name)


class Billing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The practice as named on a claim; falsy if nothing is on file."""

    name: str = ""
    npi: str = ""
    tax_id: str = ""
    taxonomy: str = ""
    phone: str = ""
    address: PostalAddress = PostalAddress()

    def __bool__(self) -> bool:
        return self != Billing()


class ChangedSetting(msgspec.Struct, frozen=True, array_like=True):
    """One value in the settings that changed: its name, and the words before and after ('' for none)."""

    name: str
    before: str
    after: str


class ClinicianFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one clinician on one day."""

    clinician: int
    figures: Figures


class NoteTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A text that can be inserted into notes."""

    name: str
    text: str


class PublicSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The practice's values of `public_settings.Outside`; None: the program's default."""

    phone: str | None = None
    email: str | None = None
    moments: tuple[str, ...] | None = None
    quiet: tuple[datetime.time, datetime.time] | None = None
    notice_hours: int | None = None
    days_ahead: int | None = None
    remind_hours: int | None = None
    offer_minutes: int | None = None
    holidays: tuple[str, ...] | None = None
    reply_days: int | None = None
    former_slugs: tuple[str, ...] | None = None


class ChangedPart(msgspec.Struct, frozen=True, array_like=True):
    """One part of a visit that a change touched, with its value before or after as plain JSON (see visit.history)."""

    spot: Spot | None
    where: str
    value: Any


class ConsentPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the patient reads before signing, in the patient's language."""

    technique: str
    language: str
    practice: str
    patient: str
    clinician: str
    sites: tuple[str, ...]
    points: tuple[str, ...]
    call: tuple[str, ...]


class LineMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """The meaning of a line of a patient's lists, as somebody answered it: people.Meaning without kind and text."""

    means: Means
    entry: str | None = None
    how: str | None = None
    by: str
    profession: str | None = None
    on: datetime.date


# What a person can be given access to.
HELPER_RIGHTS = ("visits", "health", "messages", "costs")


def every_right() -> tuple[str, ...]:
    """Return every right: what people with access had before a patient could choose."""
    return HELPER_RIGHTS


class NamedInsurance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The insurance as the patient named it, until the front desk has checked it. `kind` '': nothing was named.

    `deductible_left`, `copay`: USD, this year and for one visit; `coinsurance`: percent. None: not entered.
    """

    kind: str = ""
    plan: str = ""
    member: str = ""
    deductible_left: Decimal | None = None
    copay: Decimal | None = None
    coinsurance: int | None = None

    @property
    def has_benefits(self) -> bool:
        """Return whether enough was entered to compute the patient's share."""
        return self.deductible_left is not None and (self.copay, self.coinsurance) != (None, None)


class Filling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The values for the text of a message, which is made when it is sent.

    `link`: the purpose of a magic link that is made then, which leads to `target`; `path`: an address of this site;
    `when`: a time in the text; a code is for the booking hold `booking_hold` or for the magic link `for_link`.
    """

    link: str = ""
    target: str = ""
    path: str = ""
    when: datetime.datetime | None = None
    booking_hold: int | None = None
    for_link: int | None = None


class Care(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One treatment that was tried: since which month (2026-03), for how many weeks, and whether it helped."""

    from_: str | None = msgspec.field(name="from", default=None)
    weeks: int | None = None
    helped: Literal["yes", "some", "no"] | None = None


class IntakeAnswers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a patient answered before a visit.

    `given`: by question; `signs`: the warning signs that were checked, of those in `signs_asked` (None: not asked);
    `care`: by the option of the question "tried".
    """

    given: Mapping[str, Answer] = {}
    signs: tuple[str, ...] | None = None
    signs_asked: tuple[str, ...] | None = None
    care: Mapping[str, Care] = {}

    def one(self, question: str) -> str:
        """Return the answer to a single-choice question; '' for none."""
        found = self.given.get(question, "")
        return found if isinstance(found, str) else ""

    def some(self, question: str) -> tuple[str, ...]:
        """Return the answers to a multiple-choice question; empty for none."""
        found = self.given.get(question, ())
        return found if isinstance(found, tuple) else ()


class ShownWarning(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One warning that the intake showed: the sign in plain words, the action's id, when it was found and read."""

    flag: str
    action: str
    en: str
    es: str
    section: str
    found_at: datetime.datetime
    withdrawn_at: datetime.datetime | None = None
    read_at: datetime.datetime | None = None
    read_by: str = ""
    read_in: str = ""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An open time offered to someone on the waitlist: its booking hold, and when it is."""

    booking_hold: int
    starts_at: datetime.datetime
