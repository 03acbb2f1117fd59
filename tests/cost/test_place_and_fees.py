"""Where, by contract, with a second payer: amounts that were worked out by hand from the published values."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused, read_as
from needlepoint.cost import (
    Basis,
    Benefits,
    coordinate,
    facility_fees,
    medicare_part_b,
    medigap,
    price_lines,
    share_lines,
)
from needlepoint.cost.fees import Fees, read_fees
from needlepoint.cost.place import load_localities, place_of
from needlepoint.cost.price import Item

Y25, Y26 = datetime.date(2025, 6, 2), datetime.date(2026, 6, 2)

# Worked from CMS's 2025 files (coverage.md 3.4): national, and five places; 20552 and 20553 in an office.
WORKED = [
    ("NY", "01", "58.17", "67.08"),
    ("NY", "99", "48.79", "56.24"),
    ("FL", "04", "54.91", "63.28"),
    ("AK", "01", "62.74", "72.19"),
]


@pytest.mark.parametrize(("state", "locality", "two", "three"), WORKED)
def test_the_amount_of_a_place(state, locality, two, three):
    place = place_of(state, locality, Y25)
    found = [price_lines([code], Y25, Basis(gpci=place.gpci))[0].amount_usd for code in ("20552", "20553")]
    assert found == [Decimal(two), Decimal(three)]


def test_there_are_109_localities_and_each_state_has_one():
    rows = load_localities()
    assert len(rows) == 109
    assert {"NY", "TX", "CA", "DC", "PR"} <= {row.state for row in rows}
    assert len({(row.mac, row.number) for row in rows}) == 109


def test_a_state_of_several_localities_asks_which_one():
    found = place_of("NY", None, Y25)
    assert found.name == "national"
    assert "Manhattan" in found.notice
    assert place_of("OH", None, Y25).notice == ""


def test_indices_of_an_older_year_say_so():
    assert "2025" in place_of("OH", None, Y26).notice


@pytest.mark.parametrize(("state", "locality"), [("XX", None), ("ny", None), ("NY", "77"), ("", None)])
def test_a_place_that_there_is_not_is_refused(state, locality):
    with pytest.raises(Refused):
        place_of(state, locality, Y25)


FEES = read_as(
    {
        "charge": [{"code": "20553", "amount_usd": "190.00", "from": "2026-01-01"}],
        "self_pay": [{"code": "20552", "amount_usd": "90.00", "from": "2026-01-01"}],
        "contract": [
            {
                "payer": "aetna",
                "share_of_medicare": "1.2",
                "amounts_usd": {"20553": "80.00"},
                "from": "2026-01-01",
            },
            {"payer": "aetna", "share_of_medicare": "1.1", "from": "2025-01-01", "to": "2025-12-31"},
        ],
    },
    Fees,
)


def test_a_contract_goes_before_the_schedule_and_its_share_builds_on_it():
    basis = Basis(payer="aetna", fees=FEES)
    assert price_lines(["20553"], Y26, basis)[0].amount_usd == Decimal("80.00")
    assert price_lines(["20552"], Y26, basis)[0].amount_usd == Decimal("62.12")  # 51.77 x 1.2
    assert price_lines(["20553"], Y25, basis)[0].amount_usd == Decimal(
        "64.41"
    )  # 58.55 x 1.1, last year's contract


def test_who_pays_without_a_plan_has_a_price_of_their_own_or_the_charge():
    basis = Basis(self_pay=True, fees=FEES)
    assert price_lines(["20552"], Y26, basis)[0].amount_usd == Decimal("90.00")
    assert price_lines(["20553"], Y26, basis)[0].amount_usd == Decimal("190.00")
    with pytest.raises(Refused, match="self_pay"):
        price_lines(["20561"], Y26, basis)


@pytest.mark.parametrize("profession", ["nurse_practitioner", "physician_assistant"])
def test_medicare_pays_some_professions_85_percent(profession):
    whole = price_lines(["20553"], Y26)[0].amount_usd
    assert price_lines(["20553"], Y26, Basis(profession=profession))[0].amount_usd == round(
        whole * Decimal("0.85"), 2
    )
    assert price_lines(["20553"], Y26, Basis(profession="physician"))[0].amount_usd == whole


def test_a_packaged_drug_costs_nothing_and_one_without_a_limit_says_what_settles_it():
    packaged, open_ = price_lines([Item("J2003", 10), Item("J1010", 40)], Y26)
    assert (packaged.amount_usd, packaged.open) == (Decimal(0), "")
    assert "reference import" in open_.open


def test_the_hospital_adds_its_own_fee():
    (fee,) = facility_fees(["20553"], Y25)
    assert (fee.amount_usd, fee.copay_usd) == (Decimal("295.19"), Decimal("59.04"))
    there = price_lines(["20553"], Y25, Basis(facility=True))[0].amount_usd
    assert fee.amount_usd + there == Decimal("335.30")  # the figure of coverage.md 3.4


def test_a_fee_file_is_refused_row_by_row(tmp_path):
    path = tmp_path / "fees.toml"
    path.write_text(
        '[[charge]]\ncode = "20552"\namount_usd = -1\nfrom = 2026-01-01\n'
        '[[contract]]\npayer = "aetna"\nfrom = 2026-01-01\n'
        '[[contract]]\npayer = "cigna"\nshare_of_medicare = 120\nfrom = 2026-01-01\n'
    )
    with pytest.raises(Refused) as refusal:
        read_fees(path)
    said = str(refusal.value)
    assert "charge[0] 20552" in said
    assert "contract[0]" in said
    assert "1.2 for 120 %" in said
    with pytest.raises(Refused, match="no file"):
        read_fees(tmp_path / "nothing.toml")


MEDIGAP = [
    # plan, deductible met, what is left to the patient of 59.79 (2026)
    ("G", "283", "0.00"),
    ("G", "0", "59.79"),
    ("F", "0", "0.00"),
    ("A", "283", "0.00"),
    ("K", "283", "5.98"),
    ("L", "283", "2.99"),
]


@pytest.mark.parametrize(("plan", "met", "left"), MEDIGAP)
def test_what_a_medigap_plan_leaves(plan, met, left):
    first = share_lines(price_lines(["20553"], Y26), medicare_part_b(Y26, Decimal(met)))
    assert medigap(first, plan, Y26).patient_usd == Decimal(left)


def test_a_medigap_letter_that_there_is_not_is_refused():
    first = share_lines(price_lines(["20553"], Y26), medicare_part_b(Y26, Decimal(0)))
    with pytest.raises(Refused, match="one of A"):
        medigap(first, "Z", Y26)


MONEY = st.decimals("0", "500", places=2)
SHARE = st.decimals("0", "1", places=2)


@given(
    codes=st.lists(st.sampled_from(["20552", "20553", "99213", "76942"]), min_size=1, max_size=5),
    first=st.builds(
        Benefits, deductible_left_usd=MONEY, coinsurance=SHARE, out_of_pocket_left_usd=st.none() | MONEY
    ),
    second=st.builds(Benefits, deductible_left_usd=MONEY, coinsurance=SHARE, copay_usd=st.none() | MONEY),
)
def test_with_two_payers_every_cent_is_somebodys(codes, first, second):
    prices = price_lines(codes, Y26)
    shares = share_lines(prices, first)
    both = coordinate(prices, shares, second)
    assert both.first_usd + both.second_usd + both.patient_usd == sum(price.amount_usd for price in prices)
    assert all(line.patient_usd >= 0 and line.second_usd >= 0 for line in both.lines)
    assert both.patient_usd <= shares.patient_usd
