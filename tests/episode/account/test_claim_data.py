"""Data that a payer asks for beyond the codes: a claim without it is held, or is at fault, and says which."""

import datetime

import msgspec
import pytest

from needlepoint.claims.outgoing.checks import check_claim
from tests.claims.made_up import claim as made_up_claim
from tests.kit.episodes import account, plain, walked


def held(found) -> list[str]:
    return [row.about for row in found.claim.holds]


def test_medicare_second_says_why():
    """837P guide, SBR05: required when Medicare is not first."""
    obj = plain("situations/second_payer")
    first, second = obj["account"]["coverages"]
    second |= {"filing": "MB", "secondary_reason": ""}
    _, found = walked(account(obj, billed="S", coverages=[first, second]))
    assert "secondary_reason" in held(found)
    second["secondary_reason"] = "12"
    _, mended = walked(account(obj, billed="S", coverages=[first, second]))
    assert "secondary_reason" not in held(mended)


@pytest.mark.parametrize(
    ("payer", "filing", "given", "holds"),
    [
        ("ny_workers_comp", "WC", {"related": ["EM"]}, ["accident_date"]),
        ("ny_workers_comp", "WC", {}, ["accident", "accident_date"]),
        ("auto", "AM", {"related": ["AA"], "related_state": "NY"}, ["accident_date"]),
        ("auto", "AM", {"related": ["AA"], "related_state": "NY", "accident": "2026-01-05"}, []),
        ("unitedhealthcare", "CI", {"related": ["OA"]}, ["accident_date"]),
        ("unitedhealthcare", "CI", {}, []),
    ],
)
def test_an_accident_is_told_with_its_day(payer, filing, given, holds):
    obj = plain("situations/seven_muscles")
    obj["insured"]["payer"] = payer
    obj["account"]["coverages"][0]["filing"] = filing
    _, found = walked(account(obj, **given))
    assert [about for about in held(found) if about.startswith("accident")] == holds


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"related": ["AA"], "accident": datetime.date(2026, 1, 5)}, "related_state"),
        ({"related": ["AA"], "related_state": "New York"}, "related_state"),
        ({"related": ["XX"]}, "related[0]"),
        ({"diagnoses": ["M79.1"]}, "diagnoses[0]"),
        ({"diagnoses": ["M791"]}, "diagnoses[0]"),
    ],
)
def test_what_the_file_must_hold_is_a_fault(changes, where):
    claim = msgspec.structs.replace(made_up_claim(), **changes)
    assert any(fault.where.endswith(where) for fault in check_claim(claim))


def test_a_year_without_fees_on_file_does_not_hold_the_claim():
    """A claim carries the practice's charge; its time limit and cover need no fee schedule."""
    obj = plain("situations/seven_muscles")
    obj["session"]["on"] = "2024-02-29"
    obj["earlier_sessions"] = []
    _, found = walked(obj)
    assert found.estimate is None
    assert found.unpriced
    assert found.claim.send_by.last == datetime.date(2025, 2, 28)
