"""Limits on collection: what must be done before a bill goes to collection, and affordable payment plans."""

from __future__ import annotations

import datetime
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, Dated, cite, read_toml
from needlepoint.base.money import CENT, is_amount
from needlepoint.base.refusal import Fault, Refused, day_faults
from needlepoint.base.wording import day_words, number, usd
from needlepoint.cost.load import DATA

__all__ = ["Bill", "Block", "Collection", "PaymentPlan", "may_collect", "payment_plan", "plan_rule"]

EVERY_STATE = "*"


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number of days after a date field of the bill; without that date the step is not done."""

    field: str
    days: int


class CollectionStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One requirement before collection. What is unknown blocks like what is not done."""

    id: str
    en: str
    certainty: Certainty
    source: list[str]
    done: str | None = None
    not_: str | None = msgspec.field(name="not", default=None)
    only_if: str | None = None
    days_since_bill: int | None = None
    days_since: Since | None = None
    states: tuple[str, ...] = ()
    from_: datetime.date | None = msgspec.field(name="from", default=None)


class Reporting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A state that bars medical debt from credit reports."""

    states: list[str]
    en: str
    from_: datetime.date = msgspec.field(name="from")
    to: datetime.date | None = None
    certainty: Certainty
    source: list[str]


class Protection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A law that protects patients from collection in its states; an empty list means every state."""

    id: str
    states: list[str]
    en: str
    es: str
    from_: datetime.date = msgspec.field(name="from")
    certainty: Certainty
    source: list[str]
    caps_interest: Decimal | None = None  # a year


class PlanRule(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In a state ('*': every other) the yearly interest, and the largest share of monthly income for an installment."""

    state: str
    interest: Decimal
    most_share_of_income: Decimal
    certainty: Certainty
    source: list[str]


class DebtRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/debt.toml`."""

    step: list[CollectionStep]
    reporting: list[Reporting]
    protection: list[Protection]
    plan: list[PlanRule]


class Bill(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A bill as recorded. None: not entered, which blocks collection."""

    billed_on: datetime.date
    state: str
    assistance_screened: bool | None = None
    itemized_sent: bool | None = None
    insurer_settled: bool | None = None
    dispute_open: bool | None = None
    above_estimate: bool | None = None  # by the amount from which a bill may be disputed
    plan_offered: bool | None = None
    final_notice_on: datetime.date | None = None  # the last bill, with notice of the coming actions
    statement_in_letters: bool | None = None  # the statement that a state's law requires in every letter
    appeal_open: bool | None = None  # a review or appeal at the insurer
    collector_bars_reporting: bool | None = None  # the contract with the collector forbids reporting


class Shield(msgspec.Struct, frozen=True, kw_only=True):
    """A protection that applies to this bill, in words."""

    id: str
    en: str
    es: str
    citations: tuple[Citation, ...]
    certainty: Certainty


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A step that blocks collection, and the date on which it ends, if any."""

    step: str
    en: str
    until: datetime.date | None
    citations: tuple[Citation, ...]
    certainty: Certainty
    missing: tuple[str, ...] = ()  # fields of the bill that were not entered


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the bill may go to collection, and whether it may be reported to credit agencies."""

    may_collect: bool
    blocks: tuple[Block, ...]
    may_report: bool | None
    reporting: str
    protections: tuple[Shield, ...] = ()


class PaymentPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Equal installments in USD; the last takes the remainder."""

    installments_usd: tuple[Decimal, ...]
    months: int
    because: str
    citations: tuple[Citation, ...]


@lru_cache(maxsize=1)
def load_debt() -> DebtRows:
    """Return every row with its source."""
    found = msgspec.convert(read_toml(DATA / "debt.toml"), DebtRows)
    keys = [*(row.source for row in found.plan), *(row.source for row in found.step)]
    keys += [row.source for row in found.reporting] + [row.source for row in found.protection]
    for source in keys:
        cite(DATA, source, "debt.toml")
    return found


def may_collect(bill: Bill, on: datetime.date) -> Collection:
    """Return what blocks collection of the bill on that day."""
    days = [("on", on), ("bill.billed_on", bill.billed_on), ("bill.final_notice_on", bill.final_notice_on)]
    if faults := day_faults(days):
        raise Refused(faults)
    if on < bill.billed_on:
        raise Refused(Fault("on", str(on), f"a day on or after the bill of {day_words(bill.billed_on)}"))
    blocks = tuple(block for step in load_debt().step if (block := _block(step, bill, on)))
    barred = [row for row in load_debt().reporting if bill.state in row.states and _holds(row, on)]
    return Collection(
        may_collect=not blocks,
        blocks=blocks,
        may_report=False if barred else None,
        reporting=barred[0].en if barred else "No state law is on file: ask before anything is reported.",
        protections=tuple(_shield(row) for row in _protections(bill.state, on)),
    )


def _holds(row: Reporting, on: datetime.date) -> bool:
    return row.from_ <= on and (row.to is None or on <= row.to)


def plan_rule(state: str | None, on: datetime.date | None) -> PlanRule:
    """Return the terms of a plan in a state on a day; without a day, the newest."""
    held = [row for row in load_debt().plan if on is None or row.holds_on(on)]
    own = [row for row in held if row.state == state]
    return (own or [row for row in held if row.state == EVERY_STATE])[0]


def _protections(state: str | None, on: datetime.date) -> list[Protection]:
    rows = load_debt().protection
    return [row for row in rows if row.from_ <= on and (not row.states or state in row.states)]


def _shield(row: Protection) -> Shield:
    citations = cite(DATA, row.source, row.id)
    return Shield(id=row.id, en=row.en, es=row.es, citations=citations, certainty=row.certainty)


def _block(step: CollectionStep, bill: Bill, on: datetime.date) -> Block | None:
    if step.states and (bill.state not in step.states or (step.from_ and on < step.from_)):
        return None
    if step.only_if and getattr(bill, step.only_if) is False:
        return None
    until = None
    if step.days_since_bill is not None:
        until = bill.billed_on + datetime.timedelta(days=step.days_since_bill)
    unnoticed = False
    if step.days_since is not None:
        noticed: datetime.date | None = getattr(bill, step.days_since.field)
        unnoticed = noticed is None
        until = None if noticed is None else noticed + datetime.timedelta(days=step.days_since.days)
    early = until is not None and on < until
    undone = step.done is not None and getattr(bill, step.done) is not True
    against = step.not_ is not None and getattr(bill, step.not_) is not False
    if not (early or undone or against or unnoticed):
        return None
    return Block(
        step=step.id,
        en=step.en,
        until=until if early else None,
        citations=cite(DATA, step.source, step.id),
        certainty=step.certainty,
        missing=_missing(step, bill),
    )


def _missing(step: CollectionStep, bill: Bill) -> tuple[str, ...]:
    """Return the fields on which the step depends and that were not entered."""
    asked = [step.done, step.not_, step.only_if, step.days_since.field if step.days_since else None]
    return tuple(dict.fromkeys(name for name in asked if name and getattr(bill, name) is None))


def payment_plan(
    owed_usd: Decimal,
    monthly_income_usd: Decimal,
    state: str | None = None,
    on: datetime.date | None = None,
    interest: Decimal | None = None,
) -> PaymentPlan:
    """Return the fewest equal installments within the affordable share of a month's income.

    `interest` is a yearly rate; without one there is none. Raises Refused for an invalid amount or income, and for
    interest above the cap of the state on that day.
    """
    if not (is_amount(owed_usd) and owed_usd > 0):
        raise Refused(Fault("owed_usd", str(owed_usd), "an amount above 0 USD, in cents"))
    if not (is_amount(monthly_income_usd) and monthly_income_usd > 0):
        expected = "an income above 0 USD a month"
        remedy = "Without an income, look at assistance first."
        raise Refused(Fault("monthly_income_usd", str(monthly_income_usd), expected, remedy))
    rule = plan_rule(state, on)
    rate = rule.interest if interest is None else interest
    _within_cap(rate, state, on)
    most = max((monthly_income_usd * rule.most_share_of_income).quantize(CENT, ROUND_DOWN), CENT)
    installments = _installments(owed_usd, most, rate)
    said = _interest_words(rate, state, on)
    return PaymentPlan(
        installments_usd=installments,
        months=len(installments),
        because=f"at most {number(rule.most_share_of_income * 100)}% of {usd(monthly_income_usd)} a month, {said}",
        citations=cite(DATA, rule.source, "debt.toml plan"),
    )


def _interest_words(rate: Decimal, state: str | None, on: datetime.date | None) -> str:
    if not rate:
        return "no interest"
    said = f"{number(rate * 100)}% interest a year"
    known = on is not None and any(row.caps_interest is not None for row in _protections(state, on))
    return (
        said
        if known
        else f"{said} (whether {state} caps it was not read: look up its law before any is taken)"
    )


def _within_cap(rate: Decimal, state: str | None, on: datetime.date | None) -> None:
    if not (rate.is_finite() and 0 <= rate < 1):
        raise Refused(Fault("interest", str(rate), "a yearly rate from 0 to below 1, e.g. 0.02"))
    if not rate:
        return
    if state is None or on is None:
        raise Refused(Fault("interest", str(rate), "none, or the state and the day, whose law caps it"))
    for row in _protections(state, on):
        # An unverified cap still applies: it protects, and costs the practice only interest.
        if row.caps_interest is not None and rate > row.caps_interest:
            most = f"at most {number(row.caps_interest * 100)}% in {state}"
            raise Refused(Fault("interest", f"{number(rate * 100)}% a year", most, row.en))


def _installments(owed: Decimal, most: Decimal, rate: Decimal) -> tuple[Decimal, ...]:
    """Return equal monthly amounts up to `most`, the last one smaller. Refused if interest exceeds them."""
    if not rate:
        months = int((owed / most).to_integral_value(ROUND_CEILING))
        each = (owed / months).quantize(CENT, ROUND_CEILING)
        count = int((owed / each).to_integral_value(ROUND_CEILING))
        return (*([each] * (count - 1)), owed - each * (count - 1))
    paid: list[Decimal] = []
    left = owed
    while left > 0:
        grown = left + (left * rate / 12).quantize(CENT, ROUND_HALF_UP)
        if grown - most >= left and grown > most:
            expected = "a rate at which the debt shrinks"
            raise Refused(Fault("interest", str(rate), expected, "Take none: that is the default."))
        paid.append(min(most, grown))
        left = grown - paid[-1]
    return tuple(paid)
