"""Nonparticipating clinicians: 95 percent of the schedule, and no charge above the limit; what is withheld is said."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.cost.fees import Amount, Fees
from needlepoint.episode.account.estimate import make_estimate
from needlepoint.episode.account.order import EstimateOrder
from tests.kit.episodes import plain, walked

DAY = datetime.date(2026, 11, 20)


def priced(**more):
    order = EstimateOrder(
        on=DAY, codes=["20552"], insured=True, part_b_deductible_met_usd=Decimal(283), **more
    )
    return make_estimate(order)


def test_the_limiting_charge_is_said_and_no_more_is_priced():
    charge = Amount(code="20552", amount_usd=Decimal("150.00"), from_=datetime.date(2026, 1, 1))
    found = priced(participating=False, assigned=False, fees=Fees(charge=[charge]))
    assert found.patient_usd == Decimal("17.22")
    assert any("$56.56" in words for words in found.notices)


def test_a_participating_clinician_cannot_refuse_assignment():
    with pytest.raises(Refused, match="does not participate"):
        priced(assigned=False)


def test_what_is_withheld_changes_nothing_for_the_patient():
    found = priced()
    assert found.patient_usd == Decimal("10.35")
    assert any("$0.83" in words and "sequestration" in words for words in found.notices)


def test_a_second_payer_of_an_unassigned_claim_is_not_guessed():
    assert priced(participating=False, assigned=False, medigap="G").patient_usd is None


def test_the_claim_says_that_it_is_not_assigned():
    obj = plain("tension_headache")
    assert walked(obj)[1].claim.claim.assignment == "A"
    obj["account"] |= {"participating": False, "assigned": False}
    assert walked(obj)[1].claim.claim.assignment == "C"


@pytest.mark.parametrize(("change", "held"), [({"qmb": True}, True), ({}, False)])
def test_what_a_patient_paid_who_owes_nothing_is_given_back(change, held):
    obj = plain("tension_headache")
    obj["account"] |= {"patient_paid_usd": "10.00", **change}
    assert ("patient_paid" in [row.about for row in walked(obj)[1].claim.holds]) is held


def test_medicaid_pays_in_full():
    order = EstimateOrder(on=DAY, codes=["20552"], insured=True, payer="ny_medicaid")
    assert any("payment in full" in words for words in make_estimate(order).notices)


@pytest.mark.parametrize("profession", ["nurse_practitioner", "physician_assistant", "nurse_anesthetist"])
def test_a_claim_of_a_profession_that_must_accept_assignment_is_never_unassigned(profession):
    obj = plain("tension_headache")
    obj["account"] |= {"participating": False, "assigned": False}
    obj["clinician"]["profession"] = profession
    draft = walked(obj)[1].claim
    assert draft.claim.assignment == "A"
    assert "assignment" in [row.about for row in draft.holds]
