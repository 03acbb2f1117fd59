"""Someone in Medicare or Medicaid who pays alone: no estimate of the self-pay law; the claim is sent anyway."""

from __future__ import annotations

import pytest

from tests.kit.episodes import plain, walked


@pytest.mark.parametrize(
    ("payer", "due"), [("medicare", False), ("ny_medicaid", False), ("unitedhealthcare", True)]
)
def test_the_estimate_of_the_law_is_for_those_without_a_federal_plan(payer, due):
    obj = plain("situations/both_sides")
    account = obj["account"] | {"coverages": [], "scheduled_on": "2026-10-20"}
    account.pop("part_b_deductible_met_usd", None)
    account.pop("medigap", None)
    obj |= {"account": account, "insured": obj["insured"] | {"payer": payer}}
    found = walked(obj)[1].estimate
    assert (found.good_faith_due is not None) is due
    assert (found.dispute_from_usd is not None) is due
    assert any("sends it the claim" in notice for notice in found.notices) is not due
