"""Numbers as people read them: no exponent, no trailing zeros, dollars to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.wording import mg, ml, number, usd


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1E+2", "100 mg"), ("4E+1", "40 mg"), ("40.00", "40 mg"), ("0.50", "0.5 mg"), ("0E-7", "0 mg"),
     ("-0", "0 mg"), ("1E-7", "0.0000001 mg"), ("100", "100 mg")],
)  # fmt: skip
def test_a_dose(value, shown):
    assert mg(Decimal(value)) == shown


def test_a_volume_and_an_amount():
    assert ml(Decimal("2.50")) == "2.5 mL"
    assert usd(Decimal("1250")) == "$1,250.00"
    assert usd(Decimal("-0.5")) == "-$0.50"
    assert usd(Decimal("-0.001")) == "$0.00"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_the_digits_are_plain_and_mean_the_same(value):
    shown = number(value)
    assert "E" not in shown.upper()
    assert Decimal(shown) == value
