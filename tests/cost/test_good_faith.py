"""The estimate in good faith: everything the law wants is in it, in time, and when a bill exceeds it."""

import datetime
from decimal import Decimal

import msgspec
import pytest

from needlepoint.base.refusal import Refused
from needlepoint.cost.protection.good_faith import (
    EstimatePatient,
    Expected,
    Giver,
    GoodFaithOrder,
    ServiceAddress,
    discounted,
    may_dispute,
    write_good_faith,
)
from needlepoint.episode.account.papers import good_faith_of
from tests.kit.episodes import account, plain, walked

DAY = datetime.date(2026, 11, 3)
GIVER = Giver(
    name="Example Pain Clinic",
    npi="1234567893",
    tax_id="123456789",
    address=ServiceAddress(line1="1 Example Street", city="Albany", state="NY", zip="12207"),
    items=[
        Expected(code="20552", label_en="a", label_es="b", charge_usd=Decimal("90.00"), diagnoses=["M79.12"]),
        Expected(code="99213", label_en="a", label_es="b", charge_usd=Decimal("60.50"), diagnoses=["M79.12"]),
    ],
)
ORDER = GoodFaithOrder(
    patient=EstimatePatient(first="Bruno", last="Made-Up", birth_date=datetime.date(1985, 4, 4)),
    service_en="injection",
    service_es="inyección",
    givers=[GIVER],
    made_on=DAY,
    contact="555",
    scheduled_on=datetime.date(2026, 11, 2),
    service_on=datetime.date(2026, 11, 20),
)


def change(**changed):
    return msgspec.structs.replace(ORDER, **changed)


def test_it_adds_up_and_is_due_by_the_clock():
    found = write_good_faith(ORDER)
    assert found.total_usd == Decimal("150.50")
    assert found.dispute_from_usd == {"1234567893": Decimal("550.50")}
    assert found.due == datetime.date(2026, 11, 5)  # three business days after the scheduling
    assert not found.late
    assert write_good_faith(change(made_on=datetime.date(2026, 11, 6))).late


def test_it_says_what_the_law_wants_said():
    ids = {row["id"] for row in write_good_faith(ORDER).sentences}
    assert {"more_items", "only_estimate", "dispute", "no_contract"} <= ids
    for row in write_good_faith(ORDER).sentences:
        assert row["en"] != row["es"]
        assert "{" not in row["en"] + row["es"]


def test_everything_that_is_missing_is_named_at_once():
    bare = msgspec.structs.replace(GIVER, npi="", tax_id="", items=[])
    with pytest.raises(Refused) as refusal:
        write_good_faith(change(givers=[bare], contact="", service_es=""))
    where = {fault.where for fault in refusal.value.faults}
    assert {"estimate.givers[0].npi", "estimate.givers[0].tax_id", "estimate.givers[0].items"} <= where
    assert {"estimate.contact", "estimate.service_es"} <= where


def test_care_that_comes_back_may_share_one_estimate_for_a_year():
    found = write_good_faith(change(times=3, until=datetime.date(2027, 11, 20)))
    assert found.total_usd == Decimal("451.50")
    for bad in ({"times": 3}, {"times": 3, "until": datetime.date(2027, 11, 21)}, {"times": 0}):
        with pytest.raises(Refused, match="months"):
            write_good_faith(change(**bad))


def test_a_bill_may_be_disputed_from_400_above_within_120_days():
    found = write_good_faith(ORDER)
    billed = datetime.date(2026, 12, 1)
    last = billed + datetime.timedelta(days=120)
    assert may_dispute(found, "1234567893", Decimal("550.50"), billed, last)
    assert not may_dispute(found, "1234567893", Decimal("550.49"), billed, last)
    assert not may_dispute(found, "1234567893", Decimal("550.50"), billed, last + datetime.timedelta(days=1))
    with pytest.raises(Refused):
        may_dispute(found, "0000000000", Decimal("900"), billed, last)


def test_an_episode_fills_it_and_the_discount_is_in_every_line():
    episode, found = walked(plain("situations/self_pay_180"))
    paper = good_faith_of(episode.account, found.coding, found.estimate, DAY)
    assert paper.total_usd == Decimal("72.00")
    assert [item.charge_usd for item in paper.givers[0].items] == [Decimal("72.00"), Decimal("0.00")]
    assert paper.givers[0].items[0].diagnoses == ["M79.12"]


def test_it_is_not_for_people_with_a_plan_and_not_without_a_name():
    episode, found = walked(plain("situations/seven_muscles"))
    with pytest.raises(Refused, match="pay themselves"):
        good_faith_of(episode.account, found.coding, found.estimate, DAY)
    nobody = account(plain("situations/self_pay_180"), patient=None)
    episode, found = walked(nobody)
    with pytest.raises(Refused, match=r"account\.patient"):
        good_faith_of(episode.account, found.coding, found.estimate, DAY)


@pytest.mark.parametrize(
    ("amounts", "pays", "charges"),
    [
        (["190.00", "150.00"], "340.00", ["190.00", "150.00"]),
        (["190.00", "150.00"], "170.00", ["95.00", "75.00"]),
        (["10.00", "10.00", "10.00"], "10.00", ["3.34", "3.33", "3.33"]),
        (["1.00", "100.00"], "33.33", ["0.33", "33.00"]),  # the dearest takes the cent that is left over
        (["0.00"], "0.00", ["0.00"]),
        (["190.00", "150.00"], "0.00", ["0.00", "0.00"]),
    ],
)
def test_a_discount_is_spread_to_the_cent(amounts, pays, charges):
    found = discounted([Decimal(one) for one in amounts], Decimal(pays))
    assert found == [Decimal(one) for one in charges]
    assert sum(found) == Decimal(pays)
