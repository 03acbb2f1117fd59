"""Amounts to the cent: the fee schedule as published, benefits that always add up, help that never costs more."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.cost import Basis, Benefits, Household, medicare_part_b, price_lines, share_lines, slide
from needlepoint.cost.load import load_cost
from needlepoint.cost.price import Gpci

Y25, Y26 = datetime.date(2025, 6, 2), datetime.date(2026, 6, 2)


# Published amounts: office and facility, national (CMS files; two coding sites print 51.77, 59.79, 58.55 and 40.11).
@pytest.mark.parametrize(
    ("code", "day", "office", "facility"),
    [
        ("20552", Y25, "50.78", "35.26"),
        ("20553", Y25, "58.55", "40.11"),
        ("20552", Y26, "51.77", "35.74"),
        ("20553", Y26, "59.79", "40.75"),
        ("20560", Y25, "24.58", "14.56"),
        ("20561", Y26, "38.08", "19.71"),
        ("76942", Y26, "64.13", "64.13"),
        ("99213", Y25, "88.95", "63.72"),
        ("99214", Y26, "135.61", "84.50"),
        ("99203", Y26, "117.57", "71.48"),
    ],
)
def test_the_published_amount(code, day, office, facility):
    assert price_lines([code], day)[0].amount_usd == Decimal(office)
    assert price_lines([code], day, Basis(facility=True))[0].amount_usd == Decimal(facility)


def test_a_place_has_its_factors():
    dear = price_lines(["20553"], Y25, Basis(gpci=Gpci(Decimal("1.1"), Decimal("1.2"), Decimal("1.5"))))[0]
    assert dear.amount_usd > Decimal("58.55")
    assert "national" not in dear.steps[0]


def test_a_second_reduced_procedure_is_paid_by_half_and_the_dearest_in_full():
    found = {row.code: row.amount_usd for row in price_lines(["20552", "20553", "99213"], Y25)}
    assert found == {"20552": Decimal("25.39"), "20553": Decimal("58.55"), "99213": Decimal("88.95")}


def test_medicare_part_b():
    met = share_lines(price_lines(["20553"], Y26), medicare_part_b(Y26, Decimal(283)))
    assert (met.patient_usd, met.plan_usd) == (Decimal("11.96"), Decimal("47.83"))
    untouched = share_lines(price_lines(["20553"], Y26), medicare_part_b(Y26, Decimal(0)))
    assert untouched.patient_usd == Decimal("59.79")
    partly = share_lines(price_lines(["20553"], Y26), medicare_part_b(Y26, Decimal(263)))
    assert partly.patient_usd == Decimal("20") + Decimal("7.96")


MONEY = st.decimals("0", "5000", places=2)
CODES = st.lists(
    st.sampled_from(sorted({row.code for row in load_cost().fee})), min_size=1, max_size=5, unique=True
)


@given(CODES, MONEY, st.decimals("0", "1", places=2), st.none() | MONEY, st.none() | MONEY)
def test_every_cent_has_a_payer_and_nobody_pays_less_than_nothing(codes, deductible, share, copay, most):
    prices = price_lines(codes, Y26)
    benefits = Benefits(
        deductible_left_usd=deductible, coinsurance=share, copay_usd=copay, out_of_pocket_left_usd=most
    )
    found = share_lines(prices, benefits)
    assert found.patient_usd + found.plan_usd == sum(row.amount_usd for row in prices)
    assert all(line.patient_usd >= 0 and line.plan_usd >= 0 for line in found.lines)
    assert sum(line.deductible_usd for line in found.lines) <= deductible
    assert most is None or found.patient_usd <= most


@given(CODES, MONEY, MONEY)
def test_more_deductible_left_never_lowers_what_the_patient_pays(codes, one, other):
    prices = price_lines(codes, Y26)
    low, high = sorted((one, other))
    less = share_lines(prices, Benefits(deductible_left_usd=low, coinsurance=Decimal("0.2")))
    more = share_lines(prices, Benefits(deductible_left_usd=high, coinsurance=Decimal("0.2")))
    assert less.patient_usd <= more.patient_usd


@pytest.mark.parametrize(
    ("people", "income", "state", "percent", "pays"),
    [
        (1, "15960", None, "100.0", "0.00"),
        (1, "15980", None, "100.1", "20.00"),
        (3, "49176", None, "180.0", "80.00"),
        (4, "66000", "NY", "200.0", "80.00"),
        (4, "66100", "NY", "200.3", "100"),
        (1, "19950", "AK", "100.0", "0.00"),
        (2, "0", None, "0.0", "0.00"),
    ],
)
def test_the_sliding_scale(people, income, state, percent, pays):
    found = slide(Decimal(100), Household(people, Decimal(income), state), Y26)
    assert found.percent_of_poverty == Decimal(percent)
    assert found.pays_usd == Decimal(pays)
    assert found.citations


@given(st.integers(1, 12), st.decimals("0", "200000", places=0), st.decimals("0", "200000", places=0))
def test_a_poorer_household_never_pays_more(people, one, other):
    low, high = sorted((one, other))
    poor = slide(Decimal("59.79"), Household(people, low), Y26)
    rich = slide(Decimal("59.79"), Household(people, high), Y26)
    assert poor.pays_usd <= rich.pays_usd <= Decimal("59.79")


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (lambda: price_lines(["20554"], Y26), "20553"),
        (lambda: price_lines(["20553"], datetime.date(2027, 1, 1)), "no fees of another year"),
        (lambda: medicare_part_b(datetime.date(2027, 1, 1), Decimal(0)), "no deductible of another year"),
        (lambda: slide(Decimal(1), Household(0, Decimal(1)), Y26), "from 1 to 99 people"),
        (lambda: slide(Decimal(1), Household(1, Decimal("NaN")), Y26), "yearly income"),
        (lambda: share_lines(price_lines(["20553"], Y26), Benefits(coinsurance=Decimal(20))), "from 0 to 1"),
        (
            lambda: share_lines(price_lines(["20553"], Y26), Benefits(deductible_left_usd=Decimal(-1))),
            "0 or more",
        ),
    ],
)
def test_what_cannot_be_priced_is_refused(action, said):
    with pytest.raises(Refused, match=said):
        action()
