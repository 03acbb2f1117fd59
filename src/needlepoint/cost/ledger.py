"""The account of a patient at the front desk: charges, payments, refunds, the balance, and the day's cash.

Amounts are Decimal in whole cents of CURRENCY and never negative; the kind of an entry says which way it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from needlepoint.base.knowledge import Certainty, cite, read_toml
from needlepoint.base.money import is_amount
from needlepoint.base.refusal import NotPossible
from needlepoint.cost.load import DATA

__all__ = [
    "CURRENCY",
    "Drawer",
    "Entry",
    "EntryKind",
    "Method",
    "Purpose",
    "balance_of",
    "check_close",
    "check_entry",
    "check_refund",
    "check_void",
    "copay_left",
    "drawer_of",
    "has_card_number",
    "holds_checked_card",
    "load_desk",
    "refundable",
]

CURRENCY = "USD"
ZERO = Decimal(0)
GROUPS = re.compile(
    r"(?<![\w+.,/])\d+(?:[ \-]\d+)*(?![\w])", re.ASCII
)  # not within a word, a decimal, +52 ...
LEAST_IN_GROUP = 4  # digits of each group of a card number but its last
DIGITS = re.compile(r"\d(?:[ .\-/]?\d)*", re.ASCII)
EntryKind = Literal["charge", "payment", "refund"]


class Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How somebody pays. `in_drawer`: it is counted when the day closes. `reference_en` '': it needs none."""

    id: str
    en: str
    es: str
    in_drawer: bool
    reference_en: str = ""
    reference_es: str = ""
    certainty: Certainty
    source: list[str]


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a charge or a payment is for."""

    id: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class CardNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many digits in one row may be the number of a payment card, and which digit it begins with."""

    least_digits: int
    most_digits: int
    first_digits: str
    certainty: Certainty
    source: list[str]


class Repeated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a payment of the same amount and method, or of the same reference, is asked about."""

    minutes: int
    reference_days: int
    certainty: Certainty
    source: list[str]


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of `data/desk.toml`."""

    method: list[Method]
    purpose: list[Purpose]
    repeated: Repeated
    card_number: CardNumber

    def method_of(self, id_: str) -> Method | None:
        """Return the way of paying with this id."""
        return next((row for row in self.method if row.id == id_), None)

    def purpose_of(self, id_: str) -> Purpose | None:
        """Return the purpose with this id."""
        return next((row for row in self.purpose if row.id == id_), None)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an account. `method` '' for a charge; a voided entry counts for nothing."""

    kind: EntryKind
    amount: Decimal
    purpose: str = "other"
    method: str = ""
    reference: str = ""
    voided: bool = False
    currency: str = CURRENCY


class Drawer(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of entries comes to. `methods`: by id, payments less refunds; `counted`: what lies in the drawer."""

    methods: dict[str, Decimal]
    counted: Decimal
    total: Decimal
    entries: int


@lru_cache(maxsize=1)
def load_desk() -> Desk:
    """Return the checked rows of the front desk."""
    found = msgspec.convert(read_toml(DATA / "desk.toml"), Desk)
    sources = [row.source for row in found.method] + [row.source for row in found.purpose]
    for source in (*sources, found.card_number.source, found.repeated.source):
        cite(DATA, source, "desk.toml")
    return found


def has_card_number(text: str) -> bool:
    """Return whether a text may hold the number of a payment card, however it is grouped.

    >>> has_card_number("4111 1111 1111 1111"), has_card_number("check 10234"), has_card_number("auth 123456")
    (True, False, False)
    """
    least = load_desk().card_number.least_digits
    return any(sum(sign.isdigit() for sign in row) >= least for row in DIGITS.findall(text))


def holds_checked_card(text: str) -> bool:
    """Return whether a text surely holds a card number: its length, first digit, grouping and check digit agree.

    For texts in which telephone numbers, member IDs and NPIs are ordinary.

    >>> holds_checked_card("card 4111 1111 1111 1111"), holds_checked_card("80840 1234567893")
    (True, False)
    """
    return any(_is_card(row) for found in GROUPS.findall(text) for row in _rows(re.split("[ -]", found)))


def _rows(groups: list[str]) -> Iterator[str]:
    """Yield each run of groups that may be one number: all groups but the last are long."""
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            yield digits
            if len(group) < LEAST_IN_GROUP or len(digits) > load_desk().card_number.most_digits:
                break


def _is_card(digits: str) -> bool:
    rule = load_desk().card_number
    right = rule.least_digits <= len(digits) <= rule.most_digits and digits[0] in rule.first_digits
    return right and sum(_luhn(int(one), place) for place, one in enumerate(reversed(digits))) % 10 == 0


def _luhn(digit: int, place: int) -> int:
    return sum(divmod(2 * digit, 10)) if place % 2 else digit


def check_entry(entry: Entry, *texts: str) -> None:
    """Raise NotPossible for an entry that must not be kept. `texts`: what else is kept with it in words."""
    if any(has_card_number(text) for text in (entry.reference, *texts)):
        raise NotPossible(
            "This may be a card number. Card numbers are never kept here: enter the reference on the "
            "terminal's slip.",
            "reference",
        )
    if entry.currency != CURRENCY or not is_amount(entry.amount) or entry.amount == 0:
        raise NotPossible("Enter an amount of more than 0 dollars.", "amount")
    if load_desk().purpose_of(entry.purpose) is None:
        raise NotPossible("Choose what it is for.", "purpose")
    if entry.kind != "charge":
        _check_method(entry)


def _check_method(entry: Entry) -> None:
    method = load_desk().method_of(entry.method)
    if method is None:
        raise NotPossible("Choose how it is paid.", "method")
    if entry.kind == "payment" and method.reference_en and not entry.reference.strip():
        raise NotPossible("Enter the number that identifies this payment.", "reference")


def balance_of(entries: Iterable[Entry]) -> Decimal:
    """Return what the patient owes; below zero is a credit.

    >>> charge, paid = Entry(kind="charge", amount=Decimal(40)), Entry(kind="payment", amount=Decimal(25))
    >>> balance_of([charge, paid])
    Decimal('15')
    """
    return sum((_signed(row) for row in entries if not row.voided), ZERO)


def _signed(entry: Entry) -> Decimal:
    return -entry.amount if entry.kind == "payment" else entry.amount


def copay_left(copay: Decimal, paid: Decimal, owed: Decimal, charged: bool) -> Decimal:
    """Return what of a visit's copay is still to be paid. `paid`: for it; `owed`: balance of the account.

    >>> copay_left(Decimal(20), Decimal(15), Decimal(5), charged=True)
    Decimal('5')
    """
    open_ = owed if charged else owed + copay
    return max(min(copay - paid, open_), ZERO)


def refundable(payment: Entry, refunds: Iterable[Entry]) -> Decimal:
    """Return what of a payment may still be given back."""
    if payment.voided or payment.kind != "payment":
        return ZERO
    return payment.amount - sum((row.amount for row in refunds if not row.voided), ZERO)


def check_refund(payment: Entry, refunds: Sequence[Entry], amount: Decimal, reason: str) -> None:
    """Raise NotPossible for a refund without a reason, or of more than is left of the payment."""
    _check_reason(reason)
    if amount > refundable(payment, refunds):
        raise NotPossible("This is more than is left of the payment. Enter a smaller amount.", "amount")


def check_void(entry: Entry, refunds: Sequence[Entry], closed: bool, reason: str) -> None:
    """Raise NotPossible for an entry that is voided, closed or partly refunded already, and without a reason."""
    _check_reason(reason)
    if entry.voided:
        raise NotPossible("This entry is voided already.", "entry")
    if closed:
        raise NotPossible("The day of this entry is closed. Give a refund instead.", "entry")
    if any(not row.voided for row in refunds):
        raise NotPossible("Part of this payment was refunded. Void the refund first.", "entry")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise NotPossible("Enter a reason.", "reason")


def drawer_of(entries: Iterable[Entry]) -> Drawer:
    """Return the sums of payments less refunds, by how they were paid; charges and voided entries do not count."""
    desk = load_desk()
    methods = {row.id: ZERO for row in desk.method}
    count = 0
    for entry in entries:
        if entry.voided or entry.kind == "charge":
            continue
        count += 1
        methods[entry.method] = methods.get(entry.method, ZERO) - _signed(entry)
    counted = sum((methods[row.id] for row in desk.method if row.in_drawer), ZERO)
    return Drawer(methods=methods, counted=counted, total=sum(methods.values(), ZERO), entries=count)


def check_close(drawer: Drawer, counted: Decimal, words: str) -> None:
    """Raise NotPossible where there is nothing to close, or where a difference is not explained."""
    if has_card_number(words):
        raise NotPossible("This may be a card number. Card numbers are never kept here.", "words")
    if drawer.entries == 0:
        raise NotPossible("There is nothing to close.", "close")
    if counted != drawer.counted and not words.strip():
        raise NotPossible("The count differs from the list. Explain the difference.", "words")
