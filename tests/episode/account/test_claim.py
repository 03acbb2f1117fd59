"""The claim of an episode: judged by pyx12, read back, held where it must be, and complete for every payer."""

import datetime
import io
from decimal import Decimal

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.claims.incoming.read_837p import read_837p
from needlepoint.claims.incoming.remit import read_remits
from needlepoint.claims.outgoing.checks import check_claim
from needlepoint.claims.outgoing.cms1500 import cms1500
from needlepoint.claims.outgoing.ndc import ndc11
from needlepoint.claims.outgoing.write_837p import write_837p
from needlepoint.claims.x12.letters import plain_letters
from needlepoint.episode.denials.coordination import after_remit
from needlepoint.episode.walk import walk
from tests.claims.made_up import SUBMISSION as IN_JULY
from tests.kit.episodes import EXAMPLES, SITUATIONS, account, plain, walked
from tests.peers.pyx12_judge import judged

SENT = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
SUBMISSION = msgspec.structs.replace(IN_JULY, created=SENT)
WITH_CLAIM = sorted(
    path.relative_to(EXAMPLES).with_suffix("").as_posix()
    for path in [*EXAMPLES.glob("*.json"), *SITUATIONS.glob("*.json")]
    if '"claim_id"' in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", WITH_CLAIM)
def test_every_example_with_a_payer_ends_in_a_claim_that_pyx12_accepts(name, tmp_path):
    _, found = walked(plain(name))
    claim = found.claim.claim
    if claim is None:
        assert found.claim.holds  # nothing is left to bill, and it says why
        return
    assert check_claim(claim) == []
    text = write_837p([claim], SUBMISSION)
    good, said = judged(text, tmp_path)
    assert good, said
    (back,) = read_837p(io.BytesIO(text.encode("ascii")))
    assert back.claim.lines == claim.lines
    assert back.total_usd == claim.total_usd


def test_a_drug_with_its_package_carries_the_part_that_was_given_and_the_part_thrown_away(tmp_path):
    obj = plain()
    drug = {"drug": "methylprednisolone", "given_mg": "30", "wasted_mg": "10", "single_dose": True}
    obj["session"]["drugs"] = [drug | {"ndc": "0000-0000-01", "volume_ml": "0.75"}]
    charges = [
        *obj["account"]["fees"]["charge"],
        {"code": "J1010", "amount_usd": "1.00", "from": "2026-01-01"},
    ]
    _, found = walked(account(obj, fees={"charge": charges}))
    lines = {tuple(line.modifiers): line for line in found.claim.claim.lines if line.code == "J1010"}
    assert (lines[()].drug.ndc, lines[()].drug.quantity) == ("00000000001", Decimal("0.750"))
    assert lines[("JW",)].drug.quantity == Decimal("0.250")
    assert lines[("JW",)].charge_usd == Decimal("10.00")
    good, said = judged(write_837p([found.claim.claim], SUBMISSION), tmp_path)
    assert good, said
    obj["session"]["drugs"] = [drug | {"ndc": "0000-0000-01"}]
    _, without = walked(account(obj, fees={"charge": charges}))
    assert "volume_ml" in str(without.claim.faults[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fees": {"charge": []}}, "no charge for 20553"),
        ({"billing": None}, "account.billing"),
        ({"billed": "S"}, "account.billed"),
        ({"claim_id": ""}, "claim.id"),
        ({"frequency": "7"}, "claim.original"),
    ],
)
def test_what_a_claim_lacks_is_named(change, said):
    _, found = walked(account(plain(), **change))
    assert not found.claim.ready
    assert said in " ".join(map(str, found.claim.faults))


@pytest.mark.parametrize("amount", ["1.001", "-1", "1e26"])
def test_a_charge_that_is_no_amount_holds_the_claim(amount):
    fees = {"charge": [{"code": "20553", "amount_usd": amount, "from": "2026-01-01"}]}
    _, found = walked(account(plain(), fees=fees))
    assert not found.claim.ready
    assert "whole cents" in " ".join(map(str, found.claim.faults))


def test_without_a_payer_there_is_no_claim():
    _, found = walked(account(plain(), coverages=[]))
    assert found.claim is None


def test_a_commercial_session_that_is_not_covered_is_held():
    _, found = walked(plain("desk_shoulder"))
    assert not found.claim.ready
    assert "INTERVAL" in found.claim.holds[0].words
    assert not any(
        modifier in str(found.claim.changes) for modifier in ("GA", "GZ")
    )  # the notice and its modifiers are Medicare's


def test_a_claim_that_is_too_late_is_held():
    obj = plain()
    day = datetime.date(2027, 11, 20)
    assert walked(obj, today=day)[1].claim.ready
    late = walked(obj, today=day + datetime.timedelta(days=1))[1].claim
    assert "Nov 20, 2027" in late.holds[0].words


def test_names_are_sent_in_plain_letters():
    obj = plain()
    obj["account"]["coverages"][0]["insured"] |= {"first": "José", "last": "Muñoz‑Ñandú"}
    _, found = walked(obj)
    assert found.claim.claim.coverage.insured.first == "Jose"
    assert found.claim.claim.coverage.insured.last == "Munoz-Nandu"
    assert found.claim.faults == ()
    obj["account"]["coverages"][0]["insured"]["last"] = "王"
    assert walked(obj)[1].claim.faults


@given(st.text(max_size=30))
@example("Ǽ")
def test_plain_letters_change_nothing_twice(text):
    assert plain_letters(plain_letters(text)) == plain_letters(text)


@pytest.mark.parametrize(
    "ndc", ["", "1", "1234567890", "12345-678-9", "0000-000-00", "00000-0000-00-0", "٠٠٠٠-٠٠٠٠-٠٠"]
)
def test_a_package_number_that_can_mean_several_is_refused(ndc):
    with pytest.raises(Refused):
        ndc11(ndc)


def test_after_the_first_payer_the_second_is_told_line_by_line(tmp_path):
    episode, found = walked(plain("situations/second_payer"))
    with (SITUATIONS / "remit_three_denials.835").open("rb") as stream:
        (remit,) = read_remits(stream)
    answer = next(row for row in remit.claims if row.id == "NP-1010")
    next_account = after_remit(episode.account, answer, remit.payment.paid_on)
    second = walk(msgspec.structs.replace(episode, account=next_account)).claim
    assert second.ready
    claim = second.claim
    assert claim.coverage.sequence == "S"
    assert claim.others[0].paid.paid_usd == Decimal("39.77")
    assert claim.lines[0].payments[0].paid_usd == Decimal("39.77")
    good, said = judged(write_837p([claim], SUBMISSION), tmp_path)
    assert good, said
    with pytest.raises(Refused, match="further payer"):
        after_remit(next_account, answer, remit.payment.paid_on)
    with pytest.raises(Refused, match="NP-1001"):
        after_remit(episode.account, remit.claims[0], remit.payment.paid_on)
    assert found.claim.claim.coverage.sequence == "P"


def test_the_boxes_of_the_paper_form():
    _, found = walked(plain("situations/second_payer"))
    page = cms1500(found.claim.claim)
    boxes = {box.number: box.value for box in (*page.boxes, *page.totals)}
    assert boxes["1"] == "Medicare"
    assert boxes["11"] == "NONE"
    assert boxes["9"] == "Made-Up, Alma"
    assert boxes["28"] == "$150.25"
    assert boxes["33a"] == "1234567893"
    assert page.lines[0].pointers == "A"
    assert page.diagnoses[0].code == "M7912"
    assert page.pages == 1


@settings(max_examples=25, deadline=None)
@given(
    charge=st.decimals("0", "9999.99", places=2),
    drug=st.decimals("0", "9.99", places=2),
    sides=st.sets(st.sampled_from(["left", "right"]), min_size=1),
)
def test_the_total_is_the_sum_of_the_lines_whatever_is_charged(charge, drug, sides):
    obj = plain("situations/fourth_session")
    obj["session"]["sites"] = [
        {"muscle": "trapezius", "side": side, "technique": "wet"} for side in sorted(sides)
    ]
    fees = [
        {"code": "20552", "amount_usd": str(charge), "from": "2026-01-01"},
        {"code": "J2003", "amount_usd": str(drug), "from": "2026-01-01"},
    ]
    _, found = walked(account(obj, fees={"charge": fees}))
    assert found.claim.claim.total_usd == charge + 5 * drug


# What is not known holds a claim until a named person decides with a reason.


def held(found):
    return [hold.about for hold in found.claim.holds]


def decision(about, by="Rosa Example, certified coder", why="The plan's policy was read on the phone."):
    return {"about": about, "by": by, "why": why}


def test_not_known_holds_a_claim_until_a_named_person_decides_with_a_reason():
    obj = plain("situations/no_conservative_care")
    _, open_ = walked(obj)
    assert held(open_) == ["coverage"]
    assert "INIT-4" in open_.claim.holds[0].words
    before = obj["account"]["decisions"]
    _, found = walked(account(obj, decisions=[*before, decision("coverage")]))
    assert found.claim.ready
    assert "coverage" in [row.hold.about for row in found.claim.decided]


@pytest.mark.parametrize(
    ("by", "why"), [("", "The plan said so on the phone."), ("Rosa", "ok"), ("Rosa", "")]
)
def test_a_decision_without_a_name_or_a_reason_lifts_nothing(by, why):
    obj = plain("situations/no_conservative_care")
    _, found = walked(account(obj, decisions=[decision("coverage", by, why)]))
    assert "coverage" in held(found)
    assert found.claim.faults


def test_a_decision_about_something_else_lifts_nothing_and_is_told():
    obj = plain("situations/no_conservative_care")
    _, found = walked(account(obj, decisions=[*obj["account"]["decisions"], decision("coverige")]))
    assert "coverage" in held(found)
    assert any("coverige" in change for change in found.claim.changes)


def test_an_unread_payer_holds_the_claim():
    obj = plain()
    obj["insured"]["payer"] = "unitedhealthcare"
    assert held(walked(obj)[1]) == ["coverage", "filing"]  # and the claim still goes to Medicare
    obj["insured"] = None
    assert held(walked(obj)[1]) == ["coverage"]


def test_a_scope_question_and_a_scope_refusal_hold_the_claim():
    obj = plain("situations/dry_needling_low_back")
    assert set(held(walked(obj)[1])) == {"coverage", "scope"}
    obj["clinician"]["profession"] = "physical_therapist"
    _, found = walked(obj)
    assert "scope" in held(found)
    assert found.determination.verdict.value == "not_covered"
    obj["clinician"] |= {"profession": "physician", "credentials": ["acupuncture_certificate"]}
    assert walked(obj)[1].claim.ready


def test_a_code_that_no_list_of_the_day_holds_waits():
    obj = account(plain(), decisions=[])
    assert held(walked(obj)[1]) == ["validity J2003"]


def test_a_unit_from_memory_and_a_vial_nobody_described_wait():
    obj = plain()
    obj["session"]["drugs"] = [
        {"drug": "lidocaine", "given_mg": "5", "with_epinephrine": True},
        {"drug": "triamcinolone", "given_mg": "4E+1"},
    ]
    assert {"unit J2004", "vial J3301"} <= set(held(walked(obj)[1]))


def test_a_diagnosis_that_was_left_out_is_told_on_the_claim():
    obj = plain()
    obj["session"]["diagnoses"] = ["M79.7"]
    _, found = walked(obj)
    assert any("M79.7 left out" in change for change in found.claim.changes)


# Guidance with an injection that is covered: L39662 refuses the guidance alone; 42 CFR 411.404: no notice for the rest.


def guided(name="situations/seven_muscles", **changed):
    obj = plain(name)
    obj["session"] |= {"ultrasound": True, "picture": "US-1"}
    return account(obj, **changed)


@pytest.mark.parametrize(("signed", "modifier"), [(True, "GA"), (None, "GZ"), (False, "GZ")])
def test_guidance_carries_the_notice_and_the_injection_none(signed, modifier):
    _, found = walked(guided(notice_signed=signed))
    lines = {line.code: line.modifiers for line in found.claim.claim.lines}
    assert lines == {"20553": [], "76942": [modifier], "J2003": []}
    assert found.claim.ready


def test_the_patient_owes_the_share_of_the_injection_and_the_guidance_only_with_a_notice():
    _, alone = walked(plain("situations/seven_muscles"))
    _, without = walked(guided())
    _, signed = walked(guided(notice_signed=True))
    assert without.estimate.patient_usd == alone.estimate.patient_usd
    assert signed.estimate.patient_usd == alone.estimate.patient_usd + Decimal("180.00")
    assert signed.estimate.not_covered.codes == ("76942",)
    assert without.estimate.total_usd == alone.estimate.total_usd


def test_another_payers_guidance_is_left_off_the_claim():
    obj = guided("desk_shoulder")
    obj["insured"] |= {"payer": "bcbs_al_fl"}
    obj["earlier_sessions"] = []
    obj["prior_care"] = [{"what": "physical therapy", "weeks": "8", "helped": False}]
    _, found = walked(obj)
    assert "76942" not in [line.code for line in found.claim.claim.lines]
    assert any("76942 left off" in change for change in found.claim.changes)


def test_the_line_points_at_the_diagnosis_that_covers_it_and_carries_kx_from_the_thirteenth_visit():
    obj = plain("situations/dry_needling_low_back")
    obj["clinician"]["credentials"] = ["acupuncture_certificate"]
    obj["insured"]["improving"] = True
    day = datetime.date(2026, 11, 20)
    obj["earlier_sessions"] = [
        {"on": str(day - datetime.timedelta(days=4 * n)), "technique": "dry", "relief_percent": 60,
         "sites": [{"muscle": "quadratus lumborum", "side": "left"}]}
        for n in range(1, 13)
    ]  # fmt: skip
    _, found = walked(obj)
    (line,) = found.claim.claim.lines
    assert line.modifiers == ["KX"]
    assert "M54.59" in [found.claim.claim.diagnoses[n - 1] for n in line.pointers]
    assert found.claim.ready


def test_a_medicare_advantage_plan_is_not_original_medicare():
    obj = plain()
    obj["account"]["coverages"][0]["filing"] = "16"
    assert held(walked(obj)[1]) == ["filing"]
    obj["insured"]["payer"] = "medicare_advantage"
    assert held(walked(obj)[1]) == ["coverage"]


def test_medicaid_asks_for_the_package_of_every_drug():
    obj = plain()
    obj["account"]["coverages"][0]["filing"] = "MC"
    obj["insured"]["payer"] = "ny_medicaid"
    assert held(walked(obj)[1]) == ["coverage", "ndc J2003"]
    obj["session"]["drugs"][0] |= {"ndc": "0000-0000-01", "volume_ml": "3"}
    assert held(walked(obj)[1]) == ["coverage"]


def test_a_claim_that_the_first_payer_sent_on_is_not_billed_again():
    episode, _ = walked(plain("situations/second_payer"))
    with (SITUATIONS / "remit_three_denials.835").open("rb") as stream:
        (remit,) = read_remits(stream)
    answer = next(row for row in remit.claims if row.id == "NP-1010")
    for sent in ({"status": "19"}, {"remarks": ("MA18",)}):
        with pytest.raises(Refused, match="already sent on"):
            after_remit(episode.account, msgspec.structs.replace(answer, **sent), remit.payment.paid_on)


def test_a_qualified_medicare_beneficiary_owes_no_cost_sharing():
    obj = plain("situations/second_payer")
    obj["account"]["coverages"][1]["filing"] = "MC"
    obj["account"] |= {"second_benefits": None}
    _, asked = walked(obj)
    assert asked.estimate.patient_usd is None
    assert any("QMB" in notice for notice in asked.estimate.notices)
    obj["account"]["qmb"] = True
    assert walked(obj)[1].estimate.patient_usd == 0
    obj["account"]["qmb"] = False
    assert walked(obj)[1].estimate.patient_usd == Decimal("9.94")


@pytest.mark.parametrize(("day", "place", "known"), [("2025-06-02", "22", True), ("2026-11-20", "22", False),
                                                    ("2026-11-20", "24", False)])  # fmt: skip
def test_in_a_facility_the_patient_sees_the_facilitys_part_or_not_known(day, place, known):
    """OPPS Addendum B 2025: 20552 adds 295.19 USD, of which the patient pays 59.04; no row of 2026 is on file."""
    obj = plain("situations/both_sides")
    obj["session"] |= {"on": day, "place": place}
    _, found = walked(obj)
    part = found.estimate.facility
    assert (part.amount_usd is not None) is known
    own = found.estimate.shares.patient_usd
    assert found.estimate.patient_usd == (own + Decimal("59.04") if known else None)


def test_the_reading_of_both_sides_is_a_switch_of_the_payer():
    """AAPC counts left and right trapezius as two muscles; the cautious reading counts one. Both are shown."""
    obj = plain("situations/both_sides")
    _, once = walked(obj)
    assert once.coding.lines[0].code == "20552"
    assert "20553" in once.coding.notices[0]
    obj["insured"]["both_sides"] = 2
    _, twice = walked(obj)
    assert twice.coding.lines[0].code == "20553"
    assert "20552" in twice.coding.notices[0]


def test_a_further_code_without_a_price_leaves_the_reduction_open():
    obj = plain("situations/both_sides")
    obj["session"]["entered"] = [{"code": "27096"}]
    charges = [
        *obj["account"]["fees"]["charge"],
        {"code": "27096", "amount_usd": "300.00", "from": "2026-01-01"},
    ]
    _, found = walked(account(obj, fees={"charge": charges}))
    assert {row.code for row in found.estimate.prices if row.open} == {"20552", "27096"}
    obj["session"]["entered"] = [{"code": "20610"}]
    charges[-1]["code"] = "20610"
    _, priced = walked(account(obj, fees={"charge": charges}))
    amounts = {row.code: row.steps[-1] for row in priced.estimate.prices}
    assert "further procedure" in amounts["20552"]
    assert "further procedure" not in amounts["20610"]


def test_a_joint_injection_on_the_claim_is_asked_about_as_another_injection():
    obj = plain()
    obj["session"]["entered"] = [{"code": "20610", "modifiers": ["RT"]}]
    obj["account"]["fees"]["charge"].append({"code": "20610", "amount_usd": "160.00", "from": "2026-01-01"})
    _, found = walked(obj)
    assert found.determination.verdict.value == "not_known"
    assert "SAME-1" in found.determination.because
    assert "coverage" in held(found)


def test_railroad_medicare_takes_its_claims_under_medicares_indicator():
    obj = plain()
    obj["insured"]["payer"] = "railroad_medicare"
    obj["account"]["coverages"] = plain("tension_headache")["account"]["coverages"]
    _, found = walked(obj)
    assert "filing" not in held(found)
    assert "coverage" in held(found)


def test_community_care_of_va_waits_for_its_referral():
    obj = plain()
    obj["insured"]["payer"] = "va"
    obj["account"]["coverages"][0]["filing"] = "VA"
    assert "authorization" in held(walked(obj)[1])
    obj["account"]["referral"] = "VA0001"
    assert "authorization" not in held(walked(obj)[1])


@pytest.mark.parametrize(
    ("place", "held"), [("22", True), ("24", True), ("31", True), ("11", False), ("12", False)]
)
def test_a_service_in_a_facility_names_it_on_the_claim(place, held):
    obj = plain("tension_headache")
    obj["session"]["place"] = place
    assert ("facility" in [row.about for row in walked(obj)[1].claim.holds]) is held
    address = {"line1": "9 Hospital Road", "city": "Albany", "state": "NY", "zip": "122070001"}
    obj["account"]["facility"] = {"name": "EXAMPLE HOSPITAL", "npi": "1245319599", "address": address}
    assert "facility" not in [row.about for row in walked(obj)[1].claim.holds]
