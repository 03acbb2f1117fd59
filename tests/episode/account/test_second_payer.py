"""The claim to a second payer: what the first has decided is not judged again by its rules."""

from __future__ import annotations

from tests.kit.episodes import plain, walked


def second(**insured):
    obj = plain("situations/fourth_session")
    first = obj["account"]["coverages"][0]
    paid = {"paid_usd": "39.77", "on": "2026-12-01", "patient_usd": "9.94"}
    plan = {
        "sequence": "S",
        "filing": "CI",
        "payer": {"name": "Example Plan", "id": "77777"},
        "member_id": "X1",
    }
    obj["account"]["coverages"] = [{**first, "paid": paid}, {**plan, "insured": first["insured"]}]
    obj["account"]["billed"] = "S"
    obj["insured"] |= insured
    return walked(obj)[1].claim


def test_no_modifier_of_the_first_payers_notice_goes_to_the_second():
    assert not any(
        modifier in ("GA", "GZ", "GY") for line in second().claim.lines for modifier in line.modifiers
    )


def test_the_first_payers_rules_do_not_hold_the_second_claim():
    assert not {hold.about for hold in second().holds} & {"coverage", "not_covered", "filing", "late"}


def test_the_first_payers_time_limit_is_not_the_seconds():
    assert second().send_by is None
