"""Situations that every practice knows: codes, cover, price and claim as the sources say."""

from decimal import Decimal

import pytest

from needlepoint.base.refusal import read_as
from needlepoint.claims.incoming.remit import read_remits
from needlepoint.coverage import CoverageFacts, determine
from needlepoint.coverage.types import CoverageVerdict
from needlepoint.episode.denials.explain import DenialAdvice, explain
from needlepoint.episode.walk import on_file
from tests.kit.episodes import SITUATIONS, plain, walked

YES, NO, OPEN = CoverageVerdict.COVERED, CoverageVerdict.NOT_COVERED, CoverageVerdict.NOT_KNOWN

# Rules: the 2024 family of Medicare policies and NCD 30.3.3 (coverage.md 1.3 and 4); codes: coverage.md 3.1 and 3.2.
TABLE = [
    # file, verdict, rules that speak against or are open, codes, units of the drug, ready
    ("fourth_session", NO, {"FREQ-1"}, ["20552", "J2003"], False),
    ("relief_30_percent", NO, {"REP-1", "REP-2", "REP-3"}, ["20552", "J2003"], False),
    ("no_conservative_care", OPEN, {"INIT-4"}, ["20552", "J2003"], False),
    ("seven_muscles", YES, set(), ["20553", "J2003"], True),
    ("dry_needling_low_back", OPEN, {"STATE"}, ["20560"], False),
    ("both_sides", YES, set(), ["20552", "J2003"], True),
    ("guidance_without_picture", YES, set(), ["20552", "J2003"], True),
    ("second_payer", YES, set(), ["20552", "J2003"], True),
]


@pytest.mark.parametrize(("name", "verdict", "rules", "codes", "ready"), TABLE)
def test_a_situation(name, verdict, rules, codes, ready):
    _, found = walked(plain(f"situations/{name}"))
    assert found.determination.verdict is verdict
    assert {row.rule for row in found.determination.rules if row.verdict is not YES} == rules
    assert [line.code for line in found.coding.lines] == codes
    assert all(line.units == 1 for line in found.coding.lines if line.code.startswith("205"))
    assert found.claim.ready is ready
    assert found.claim.claim.total_usd == sum(line.charge_usd for line in found.claim.claim.lines)


def test_fibromyalgia_alone_is_not_covered():
    obj = plain("situations/fibromyalgia_only")
    found = determine(read_as(obj, CoverageFacts))
    assert found.verdict is NO
    assert "DX-1" in found.because


def test_a_picture_turns_guidance_into_a_line_that_the_policy_then_refuses():
    obj = plain("situations/guidance_without_picture")
    _, without = walked(obj)
    assert [row.rule for row in without.coding.dropped] == ["picture"]
    _, with_ = walked(obj | {"session": obj["session"] | {"picture": "US-1"}})
    assert "76942" in [line.code for line in with_.coding.lines]
    assert [row.rule for row in with_.determination.rules if row.verdict is NO] == ["IMG-1"]


def test_self_pay_at_180_percent_of_poverty_pays_four_fifths():
    _, found = walked(plain("situations/self_pay_180"))
    assert found.claim is None
    assert found.estimate.sliding.percent_of_poverty == Decimal("180.0")
    assert found.estimate.patient_usd == Decimal("72.00")  # 0.80 x 90.00
    assert found.estimate.dispute_from_usd == Decimal("472.00")


def test_a_second_payer_pays_no_more_than_the_first_has_left():
    _, found = walked(plain("situations/second_payer"))
    first, second = found.estimate.shares, found.estimate.second
    assert first.patient_usd == Decimal("9.94")
    assert second.second_usd == Decimal("9.94")
    assert second.patient_usd == 0
    assert first.plan_usd + second.second_usd + second.patient_usd == found.estimate.total_usd


def test_a_fourth_session_costs_the_patient_the_charge_with_a_notice_and_nothing_without():
    obj = plain("situations/fourth_session")
    _, without = walked(obj)
    assert without.estimate.patient_usd == 0
    assert "GZ on 20552" in without.claim.changes[0]
    obj["account"]["notice_signed"] = True
    _, signed = walked(obj)
    assert signed.estimate.patient_usd == Decimal("150.25")
    assert signed.claim.ready
    assert [line.modifiers for line in signed.claim.claim.lines] == [
        ["GA"],
        ["GA"],
    ]  # the drug as its procedure


def test_three_denials_three_answers():
    with (SITUATIONS / "remit_three_denials.835").open("rb") as stream:
        (remit,) = read_remits(stream)
    files = {"NP-1001": "fourth_session", "NP-1003": "no_conservative_care", "NP-1005": "seven_muscles"}
    wanted = {
        "NP-1001": DenialAdvice.DO_NOT_APPEAL,
        "NP-1003": DenialAdvice.COMPLETE_FIRST,
        "NP-1005": DenialAdvice.APPEAL,
    }
    for answer in remit.claims:
        if answer.id in files:
            episode, found = walked(plain(f"situations/{files[answer.id]}"))
            said = explain(answer, on_file(episode, found), remit.payment.paid_on)
            assert said.denials[0].advice is wanted[answer.id]
            assert said.denials[1].reason == "97"
            assert said.denials[1].advice is DenialAdvice.AS_USUAL
            assert (said.appeal_by is not None) == (wanted[answer.id] is DenialAdvice.APPEAL)
