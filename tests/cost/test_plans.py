"""A plan that can be paid: no interest unless asked, never above the state's cap, and every cent accounted for."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.cost.protection.debt import Bill, may_collect, payment_plan

ON = datetime.date(2026, 6, 1)


@given(owed=st.decimals("0.01", "20000", places=2), income=st.decimals("1", "20000", places=2))
def test_installments_add_up_and_take_no_more_than_the_share(owed, income):
    if owed / income > 500:
        return
    plan = payment_plan(owed, income)
    assert sum(plan.installments_usd) == owed
    assert all(0 < part <= max(income * Decimal("0.05"), Decimal("0.01")) for part in plan.installments_usd)
    assert len(set(plan.installments_usd[:-1])) <= 1


def test_interest_is_taken_only_within_the_cap_of_the_state():
    assert payment_plan(Decimal(300), Decimal(2000), "NY", ON).because.endswith("no interest")
    at_cap = payment_plan(Decimal(300), Decimal(2000), "NY", ON, Decimal("0.02"))
    assert sum(at_cap.installments_usd) > 300
    for state, rate in (("NY", "0.021"), ("NJ", "0.031")):
        with pytest.raises(Refused, match="at most"):
            payment_plan(Decimal(300), Decimal(2000), state, ON, Decimal(rate))
    with pytest.raises(Refused, match="state"):
        payment_plan(Decimal(300), Decimal(2000), interest=Decimal("0.01"))
    with pytest.raises(Refused, match="shrinks"):
        payment_plan(Decimal(20000), Decimal(20), "TX", ON, Decimal("0.9"))


@pytest.mark.parametrize(
    ("owed", "income"), [("0", "100"), ("-1", "100"), ("NaN", "100"), ("1.001", "100"), ("5", "0")]
)
def test_amounts_that_are_none_are_refused(owed, income):
    with pytest.raises(Refused):
        payment_plan(Decimal(owed), Decimal(income))


def test_what_a_state_keeps_from_collectors_is_told():
    bill = Bill(billed_on=datetime.date(2026, 3, 2), state="NY")
    ids = {row.id for row in may_collect(bill, ON).protections}
    assert {"ny_interest", "no_federal_ban", "bureaus_voluntary"} <= ids
    assert "nj_interest" not in ids
    elsewhere = {
        row.id for row in may_collect(Bill(billed_on=datetime.date(2026, 3, 2), state="TX"), ON).protections
    }
    assert "ny_interest" not in elsewhere
