"""No bill leaves for collection before every step is done; a plan takes no more than can be paid."""

import datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.cost.protection.debt import Bill, may_collect, payment_plan, plan_rule

BILLED = datetime.date(2026, 1, 5)
LATE = BILLED + datetime.timedelta(days=120)
DONE = Bill(
    billed_on=BILLED,
    state="TX",
    assistance_screened=True,
    itemized_sent=True,
    insurer_settled=True,
    dispute_open=False,
    above_estimate=False,
    plan_offered=True,
)


# N.J.S. 56:11-57 and -59: one more bill with notice 30 days before, the statement in every letter, no appeal open.
NJ_DONE = {
    "final_notice_on": LATE - datetime.timedelta(days=30),
    "statement_in_letters": True,
    "appeal_open": False,
}


def blocked(on=LATE, **fields):
    return [block.step for block in may_collect(msgspec.structs.replace(DONE, **fields), on).blocks]


def test_when_all_is_done_it_may_go():
    assert may_collect(DONE, LATE).may_collect


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ({"assistance_screened": False}, ["assistance"]),
        ({"assistance_screened": None}, ["assistance"]),
        ({"itemized_sent": None}, ["itemized"]),
        ({"insurer_settled": False}, ["insurer"]),
        ({"dispute_open": True}, ["dispute_open"]),
        ({"dispute_open": None}, ["dispute_open"]),
        ({"plan_offered": False}, ["plan"]),
        (
            {"state": "NJ", "plan_offered": False},
            ["plan", "wait_nj", "nj_notice", "nj_statement", "nj_appeal"],
        ),
        ({"state": "NJ"}, ["nj_notice", "nj_statement", "nj_appeal"]),
        ({"state": "NJ", **NJ_DONE}, []),
        ({"state": "NJ", **NJ_DONE, "appeal_open": True}, ["nj_appeal"]),
        ({"state": "NJ", **NJ_DONE, "final_notice_on": LATE - datetime.timedelta(days=29)}, ["nj_notice"]),
    ],
)
def test_what_is_not_done_or_not_known_blocks(fields, steps):
    assert blocked(**fields) == steps


def test_the_days_block_until_they_are_over():
    day_before = LATE - datetime.timedelta(days=1)
    assert blocked(on=day_before) == ["wait"]
    assert blocked(on=day_before, above_estimate=True) == ["dispute_window", "wait"]
    assert may_collect(DONE, day_before).blocks[0].until == LATE


@pytest.mark.parametrize(
    ("state", "on", "may"),
    [
        ("NY", LATE, False),
        ("NJ", LATE, False),
        ("CA", LATE, False),
        ("IL", LATE, False),
        ("RI", LATE, False),
        ("TX", LATE, None),
    ],
)
def test_where_debt_may_be_reported(state, on, may):
    found = may_collect(msgspec.structs.replace(DONE, state=state), on)
    assert found.may_report is may
    assert found.reporting


def test_before_a_law_it_does_not_hold():
    old = msgspec.structs.replace(DONE, state="RI", billed_on=datetime.date(2025, 1, 2))
    assert may_collect(old, datetime.date(2025, 12, 31)).may_report is None


@settings(deadline=None)
@given(st.decimals("0.01", "20000", places=2), st.decimals("1", "20000", places=2))
def test_installments_add_up_and_can_be_paid(owed, income):
    plan = payment_plan(owed, income)
    assert sum(plan.installments_usd) == owed
    most = max(income * plan_rule(None, None).most_share_of_income, Decimal("0.01"))
    assert all(0 < part <= most.quantize(Decimal("0.01"), "ROUND_CEILING") for part in plan.installments_usd)
    assert len(plan.installments_usd) == plan.months


@pytest.mark.parametrize(("owed", "income"), [("0", "100"), ("NaN", "100"), ("1.001", "100"), ("10", "0")])
def test_a_plan_of_nothing_is_refused(owed, income):
    with pytest.raises(Refused):
        payment_plan(Decimal(owed), Decimal(income))


def test_a_day_before_the_bill_is_refused():
    with pytest.raises(Refused, match="on or after"):
        may_collect(DONE, BILLED - datetime.timedelta(days=1))


def test_new_jerseys_reasonable_plan_takes_three_percent_of_the_income():
    plan = payment_plan(Decimal("1200"), Decimal("2000"), "NJ", datetime.date(2026, 6, 1))
    assert max(plan.installments_usd) == Decimal("60.00")
    before = payment_plan(Decimal("1200"), Decimal("2000"), "NJ", datetime.date(2025, 7, 21))
    assert max(before.installments_usd) == Decimal("100.00")


@pytest.mark.parametrize(
    ("state", "first"),
    [("CT", "2024-07-01"), ("MN", "2024-10-01"), ("MD", "2025-10-01"), ("OR", "2026-01-01"), ("WA", "2025-07-27"),
     ("VT", "2025-07-01"), ("ME", "2025-06-09"), ("DE", "2024-03-11"), ("VA", "2024-07-01"), ("CO", "2023-08-07"),
     ("NJ", "2024-07-22"), ("NY", "2023-12-13"), ("CA", "2025-01-01"), ("IL", "2025-01-01"), ("RI", "2026-01-01")],
)  # fmt: skip
def test_fifteen_states_bar_reporting_from_their_first_day(state, first):
    day = datetime.date.fromisoformat(first)
    bill = msgspec.structs.replace(DONE, state=state, billed_on=datetime.date(2023, 1, 2))
    assert may_collect(bill, day).may_report is False
    assert may_collect(bill, day - datetime.timedelta(days=1)).may_report is None


def test_colorados_bar_ends():
    bill = msgspec.structs.replace(DONE, state="CO")
    assert may_collect(bill, datetime.date(2028, 7, 1)).may_report is None


def test_the_federal_interpretation_is_told():
    told = [row.id for row in may_collect(DONE, LATE).protections]
    assert {"federal_interpretation", "no_federal_ban", "bureaus_voluntary"} <= set(told)
