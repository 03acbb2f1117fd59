"""No bill leaves for collection before every step is done; a plan takes no more than can be paid."""

import datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.cost.debt import Bill, load_debt, may_collect, payment_plan
from needlepoint.refusal import Refused

BILLED = datetime.date(2026, 1, 5)
LATE = BILLED + datetime.timedelta(days=120)
DONE = Bill(
    billed_on=BILLED,
    state="TX",
    assistance_screened=True,
    itemised_sent=True,
    insurer_settled=True,
    dispute_open=False,
    above_estimate=False,
    plan_offered=True,
)


def blocked(on=LATE, **fields):
    return [block.step for block in may_collect(msgspec.structs.replace(DONE, **fields), on).blocks]


def test_when_all_is_done_it_may_go():
    assert may_collect(DONE, LATE).may_collect


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ({"assistance_screened": False}, ["assistance"]),
        ({"assistance_screened": None}, ["assistance"]),
        ({"itemised_sent": None}, ["itemised"]),
        ({"insurer_settled": False}, ["insurer"]),
        ({"dispute_open": True}, ["dispute_open"]),
        ({"dispute_open": None}, ["dispute_open"]),
        ({"plan_offered": False}, ["plan"]),
        ({"state": "NJ", "plan_offered": False}, ["plan", "wait_nj"]),
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
def test_instalments_add_up_and_can_be_paid(owed, income):
    plan = payment_plan(owed, income)
    assert sum(plan.instalments_usd) == owed
    most = max(income * load_debt().plan.most_share_of_income, Decimal("0.01"))
    assert all(0 < part <= most.quantize(Decimal("0.01"), "ROUND_CEILING") for part in plan.instalments_usd)
    assert len(plan.instalments_usd) == plan.months


@pytest.mark.parametrize(("owed", "income"), [("0", "100"), ("NaN", "100"), ("1.001", "100"), ("10", "0")])
def test_a_plan_of_nothing_is_refused(owed, income):
    with pytest.raises(Refused):
        payment_plan(Decimal(owed), Decimal(income))


def test_a_day_before_the_bill_is_refused():
    with pytest.raises(Refused, match="on or after"):
        may_collect(DONE, BILLED - datetime.timedelta(days=1))
