"""What the patient is told to pay is one number, and it follows from the verdict, the plan and the law."""

import ast
import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from needlepoint.cli.billing.estimate import show_estimate
from needlepoint.cost.protection.assist import Household, slide
from needlepoint.episode.account import EstimateOrder, make_estimate
from tests.kit.episodes import plain, walked
from tests.places import ROOT

SRC = ROOT / "src" / "needlepoint"
# The parts of a price: only the one price function puts them together.
PARTS = {"price_lines", "share_lines", "coordinate", "medigap", "medicare_part_b", "facility_fees", "slide"}
ALLOWED = {"episode/account/estimate.py", "episode/account/facility.py"}


def printed(found) -> str:
    console = Console(width=200, record=True, file=None, force_terminal=False)
    with console.capture() as said:
        show_estimate(console, found)
    return said.get()


def called(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute))
    }


def test_there_is_one_price_function():
    files = [path for path in SRC.rglob("*.py") if not path.is_relative_to(SRC / "cost")]
    at = {path.relative_to(SRC).as_posix() for path in files if PARTS & called(path)}
    assert at <= ALLOWED
    defined = [path for path in files if "def make_estimate(" in path.read_text(encoding="utf-8")]
    assert len(defined) == 1


def test_there_is_one_builder_of_the_good_faith_estimate():
    files = [path for path in SRC.rglob("*.py") if not path.is_relative_to(SRC / "cost")]
    at = {
        path.relative_to(SRC).as_posix()
        for path in files
        if {"write_good_faith", "discounted"} & called(path)
    }
    assert at == {"episode/account/papers.py"}


def test_a_qmb_is_never_told_to_pay_and_the_rest_goes_to_medicaid():
    order = EstimateOrder(
        on=datetime.date(2025, 11, 10), codes=["20553"], qmb=True, part_b_deductible_met_usd=Decimal(0)
    )
    found = make_estimate(order)
    assert found.patient_usd == 0
    assert found.to_medicaid_usd == Decimal("58.55")
    said = printed(found)
    assert "You pay 0.00 USD" in said
    assert "You pay 58" not in said


def test_a_qmb_with_a_notice_pays_nothing_before_both_have_decided():
    obj = plain("situations/fourth_session")
    obj["account"] |= {"notice_signed": True, "qmb": True}
    _, found = walked(obj)
    assert found.estimate.patient_usd == 0
    assert found.estimate.not_covered.with_notice_usd is None
    assert "before Medicare and Medicaid have both decided" in printed(found.estimate)
    assert any("Medicaid" in change for change in found.claim.changes)


@pytest.mark.parametrize(("signed", "pays"), [(None, "0"), (True, "150.25")])
def test_the_total_follows_the_verdict(signed, pays):
    obj = plain("situations/fourth_session")
    obj["account"]["notice_signed"] = signed
    _, found = walked(obj)
    assert found.estimate.patient_usd == Decimal(pays)
    assert found.estimate.shares.plan_usd == 0
    assert printed(found.estimate).count("You pay") == 1


def test_nobody_with_a_plan_is_promised_the_estimate_of_the_self_pay_law():
    obj = plain("situations/seven_muscles")
    obj["insured"]["payer"] = "medicare_advantage"
    obj["account"] |= {"part_b_deductible_met_usd": None, "benefits": None, "scheduled_on": "2026-01-05"}
    _, found = walked(obj)
    assert found.estimate.good_faith_due is None
    assert found.estimate.dispute_from_usd is None


def test_an_injured_worker_owes_nothing():
    obj = plain("situations/seven_muscles")
    obj["insured"]["payer"] = "ny_workers_comp"
    _, found = walked(obj)
    assert found.estimate.patient_usd == 0
    assert any("owes nothing" in notice for notice in found.estimate.notices)


def test_a_code_without_a_price_makes_the_total_not_known():
    order = EstimateOrder(
        on=datetime.date(2025, 11, 10),
        codes=["20553", "20999"],
        open_prices=True,
        part_b_deductible_met_usd=Decimal(257),
    )
    found = make_estimate(order)
    assert found.total_usd is None
    assert found.patient_usd is None
    assert found.least_usd > 0
    said = printed(found)
    assert "20999 not known" in said
    assert "You pay not known" in said


def test_the_hospital_comparison_bills_guidance_as_the_professional_part():
    """OPPS Addendum B 2025: 295.19 for 20553, guidance packaged; 76942-26 is 29.11 in a facility (RVU25)."""
    day = datetime.date(2025, 11, 10)
    found = make_estimate(EstimateOrder(on=day, codes=["20553", "76942"]))
    assert found.hospital.total_usd == Decimal("364.41")
    assert make_estimate(EstimateOrder(on=day, codes=["20553", "20610"], open_prices=True)).hospital is None


@pytest.mark.parametrize(
    ("income", "pays"), [("31920", "80.00"), ("31921", "100"), ("15960", "0"), ("15961", "20.00")]
)
def test_the_scale_decides_by_the_exact_ratio(income, pays):
    """HHS 2026: 15,960 USD for one person. 31,921 is 200.006 %: above the scale."""
    found = slide(Decimal(100), Household(1, Decimal(income)), datetime.date(2026, 5, 4))
    assert found.pays_usd == Decimal(pays)
    if income == "31921":
        assert "200.007" in found.steps[0]
