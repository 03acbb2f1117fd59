"""The account at the front desk: what counts, what may be refunded or voided, and when a day can be closed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.refusal import NotPossible
from needlepoint.cost.ledger import (
    Entry,
    balance_of,
    check_close,
    check_entry,
    check_refund,
    check_void,
    drawer_of,
    has_card_number,
    load_desk,
    refundable,
)

USD = Decimal
PAID = Entry(kind="payment", amount=USD("25.00"), purpose="copay", method="cash")
AMOUNTS = st.decimals(min_value="0.01", max_value="9999", places=2)
ENTRIES = st.builds(
    Entry,
    kind=st.sampled_from(["charge", "payment", "refund"]),
    amount=AMOUNTS,
    method=st.sampled_from([row.id for row in load_desk().method]),
    voided=st.booleans(),
)


def changed(**fields):
    return Entry(**{name: getattr(PAID, name) for name in PAID.__struct_fields__} | fields)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("4111111111111111", True), ("4111-1111-1111-1111", True), ("card 3782 822463 10005 ok", True),
        ("6011.0000.0000.0004", True), ("check 10234", False), ("ref 123456789012", False), ("", False),
        ("06/12 and 07/12", False),
    ],
)  # fmt: skip
def test_a_card_number_is_recognized_however_it_is_grouped(text, is_one):
    assert has_card_number(text) is is_one
    if is_one:
        with pytest.raises(NotPossible, match="card number"):
            check_entry(changed(method="card", reference=text))
        with pytest.raises(NotPossible, match="card number"):
            check_entry(PAID, text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": USD(0)}, "more than 0"),
        ({"amount": USD("1.005")}, "more than 0"),
        ({"amount": USD(-5)}, "more than 0"),
        ({"currency": "EUR"}, "more than 0"),
        ({"method": "shells"}, "how it is paid"),
        ({"method": "check"}, "identifies this payment"),
        ({"method": "card"}, "identifies this payment"),
        ({"purpose": "fun"}, "what it is for"),
    ],
)
def test_what_cannot_be_kept_is_refused(fields, said):
    with pytest.raises(NotPossible, match=said):
        check_entry(changed(**fields))


def test_a_charge_needs_no_method():
    check_entry(Entry(kind="charge", amount=USD(40), purpose="visit"))


@given(st.lists(ENTRIES, max_size=12))
def test_the_balance_is_charges_and_refunds_less_payments(entries):
    held = [row for row in entries if not row.voided]
    wanted = sum(row.amount if row.kind != "payment" else -row.amount for row in held)
    assert balance_of(entries) == wanted


@given(st.lists(ENTRIES, max_size=12))
def test_the_drawer_and_the_rest_together_are_the_total(entries):
    drawer = drawer_of(entries)
    outside = sum(drawer.methods[row.id] for row in load_desk().method if not row.in_drawer)
    assert drawer.counted + outside == drawer.total
    charges = [row for row in entries if row.kind == "charge"]
    assert drawer.total == balance_of(charges) - balance_of(entries)


def test_no_more_is_refunded_than_was_paid():
    before = [changed(kind="refund", amount=USD(10))]
    assert refundable(PAID, before) == USD("15.00")
    check_refund(PAID, before, USD(15), "duplicate")
    with pytest.raises(NotPossible, match="more than is left"):
        check_refund(PAID, before, USD("15.01"), "duplicate")
    with pytest.raises(NotPossible, match="reason"):
        check_refund(PAID, before, USD(15), " ")
    with pytest.raises(NotPossible, match="more than is left"):
        check_refund(changed(voided=True), [], USD(1), "duplicate")


def test_a_closed_voided_or_refunded_entry_is_not_voided():
    check_void(PAID, [], False, "wrong patient")
    for entry, refunds, closed, said in (
        (PAID, [], True, "closed"),
        (changed(voided=True), [], False, "already"),
        (PAID, [changed(kind="refund", amount=USD(1))], False, "refund first"),
    ):
        with pytest.raises(NotPossible, match=said):
            check_void(entry, refunds, closed, "wrong patient")
    with pytest.raises(NotPossible, match="reason"):
        check_void(PAID, [], False, "")


def test_a_difference_is_explained_and_an_empty_day_is_not_closed():
    drawer = drawer_of([PAID])
    check_close(drawer, USD(25), "")
    check_close(drawer, USD(20), "5 dollars of change")
    with pytest.raises(NotPossible, match="Explain"):
        check_close(drawer, USD(20), "")
    with pytest.raises(NotPossible, match="nothing to close"):
        check_close(drawer_of([]), USD(0), "")
