"""What a visit costs, help with it, and the insurance as the patient names it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from needlepoint.cost.fees import Contract
from needlepoint.records.billing.prices import give_due, start_estimate
from needlepoint.records.models import (
    GivenEstimate,
    Task,
    Visit,
)
from needlepoint.records.portal.named_insurance import name_insurance
from needlepoint.records.values import NamedInsurance
from tests.pages.portal.kit import fault_at, in_spanish, typed_in


def test_the_price_and_the_estimate_in_time(me, patient, ahead):
    row = GivenEstimate.objects.get(visit=ahead)
    assert row.because == "scheduled"
    assert give_due() >= 1
    row.refresh_from_db()
    assert bytes(row.pdf).startswith(b"%PDF")
    assert row.given_at.date() <= row.due_on
    assert me.get(f"/me/visits/{ahead.pk}/estimate.pdf").status_code == 200
    me.post(
        f"/me/visits/{ahead.pk}/price/", {"do": "screen", "people": "2", "income": "20000", "insured": "no"}
    )
    assert "You pay nothing here." in me.get(f"/me/visits/{ahead.pk}/price/").content.decode()
    me.post(f"/me/visits/{ahead.pk}/price/", {"do": "estimate"})
    assert (
        GivenEstimate.objects.filter(visit=ahead, given_at__isnull=False).order_by("-pk").first().total_usd
        == 0
    )


def test_the_why_page_has_a_price_also_without_a_booking(me, patient):
    visit = Visit.objects.filter(patient=patient, state="done").first()
    page = me.get(f"/me/visits/{visit.pk}/why/").content.decode()
    assert "$" in page
    assert "What we are not sure about" in page
    assert me.get(f"/me/visits/{visit.pk}/why/?pdf").content.startswith(b"%PDF")
    assert me.get(f"/me/visits/{visit.pk}/aftercare/?pdf").content.startswith(b"%PDF")


def test_who_has_a_plan_gets_no_good_faith_estimate(patient, ahead):
    patient.payer = "aetna"
    patient.save()
    GivenEstimate.objects.all().delete()
    ahead.refresh_from_db()
    assert start_estimate(Visit.objects.get(pk=ahead.pk), "scheduled") is None


def test_who_names_an_insurance_sees_no_price_that_is_not_theirs(me, patient, ahead):
    path = f"/me/visits/{ahead.pk}/price/"
    assert "You pay about" in me.get(path).content.decode()
    me.post(path, {"do": "insurance", "insurance": "private", "plan": "Example Plan", "member": "EX1"})
    page = me.get(path).content.decode()
    assert "not known yet" in page
    assert "20552" in page  # with what to ask the insurance about
    assert "You pay about" not in page
    patient.refresh_from_db()
    assert patient.told_insurance == NamedInsurance(kind="private", plan="Example Plan", member="EX1")
    assert Task.objects.filter(patient=patient, title__startswith="Insurance named").count() == 1
    me.post(path, {"do": "insurance", "insurance": "medicare", "member": "1EG4TE5MK73"})
    assert "You pay the low price if you have met" in me.get(path).content.decode()
    me.post(path, {"do": "insurance", "insurance": "self"})
    assert "You pay about" in me.get(path).content.decode()
    assert me.post(path, {"do": "insurance", "insurance": "moon"}).status_code == 422


@pytest.mark.parametrize(("people", "income", "field"), [("0", "100", "people"), ("2", "a lot", "income")])
def test_a_household_that_cannot_be_read_is_marked(me, patient, ahead, people, income, field):
    path = f"/me/visits/{ahead.pk}/price/"
    page = me.post(path, {"do": "screen", "people": people, "income": income, "insured": "no"})
    assert page.status_code == 422
    assert fault_at(page, field)
    assert typed_in(page, f'value="{people}"')
    assert typed_in(page, f'value="{income}"')
    assert fault_at(
        in_spanish(me, patient).post(path, {"do": "screen", "people": "x", "income": "1"}), "people"
    )


def test_an_income_is_read_as_people_write_it(me, ahead):
    path = f"/me/visits/{ahead.pk}/price/"
    me.post(path, {"do": "screen", "people": "2", "income": "$38,000.00", "insured": "no"})
    assert typed_in(me.get(path), 'value="38000"')


def test_a_plan_with_a_long_name_is_marked_and_stays(me, patient, ahead):
    sent = {"do": "insurance", "insurance": "private", "plan": "Blue " * 30, "member": "EX1"}
    page = me.post(f"/me/visits/{ahead.pk}/price/", sent)
    assert page.status_code == 422
    assert "80" in fault_at(page, "plan")
    assert typed_in(page, "EX1")
    patient.refresh_from_db()
    assert patient.told_insurance.kind == ""


@pytest.fixture
def contract(clinic, patient):
    """A payer with a contract for both parts of the visit: $120 and $80."""
    amounts = {"99203": Decimal(120), "20552": Decimal(80)}
    row = Contract(payer="aetna", from_=datetime.date(2024, 1, 1), amounts_usd=amounts)
    clinic.fees = replace(clinic.fees, contract=[row])
    clinic.save()
    patient.payer = "aetna"
    patient.save()


NAMED = {"do": "insurance", "insurance": "private", "plan": "Example Plan", "member": "EX1"}


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"deductible_left": "0", "coinsurance": "20"}, "$40.00"),
        ({"deductible_left": "$50", "coinsurance": "20"}, "$80.00"),
        ({"deductible_left": "1,500", "coinsurance": "20"}, "$200.00"),
        ({"deductible_left": "0", "copay": "35"}, "$35.00"),
        ({"deductible_left": "0", "copay": "35", "coinsurance": "10"}, "$20.00 – $35.00"),
        ({"deductible_left": "0"}, None), ({"copay": "35"}, None), ({}, None),
    ],
)  # fmt: skip
def test_the_share_by_ones_own_plan(me, ahead, contract, told, shown):
    """By the contract and what the patient told, asked once; where something is missing: not known, and whom to ask."""
    path = f"/me/visits/{ahead.pk}/price/"
    assert me.post(path, NAMED | told).status_code == 302
    page = " ".join(me.get(path).content.decode().split())
    if shown is None:
        assert "not known yet" in page
        assert "number on the back of your card" in page
    else:
        assert f"<dd> {shown} </dd>" in page
        assert "It holds if your plan covers the visit" in page


def test_a_plan_without_a_contract_is_not_reckoned_by_medicares_prices(me, patient, ahead):
    patient.payer = "cigna"
    patient.save()
    path = f"/me/visits/{ahead.pk}/price/"
    me.post(path, NAMED | {"deductible_left": "0", "coinsurance": "20"})
    assert "not known yet" in me.get(path).content.decode()


@pytest.mark.parametrize(
    ("field", "odd"),
    [("copay", "forty"), ("copay", "-1"), ("coinsurance", "120"), ("deductible_left", "9e9")],
)
def test_an_odd_amount_is_refused_at_its_field(me, ahead, patient, field, odd):
    page = me.post(f"/me/visits/{ahead.pk}/price/", NAMED | {field: odd})
    assert page.status_code == 422
    assert fault_at(page, field).startswith("Please enter")
    assert "<details open>" in page.content.decode()  # the fault is never folded away
    assert typed_in(page, odd)
    patient.refresh_from_db()
    assert patient.told_insurance == NamedInsurance()


def test_the_intake_does_not_forget_what_was_told_of_the_plan(me, ahead, patient):
    me.post(f"/me/visits/{ahead.pk}/price/", NAMED | {"deductible_left": "10", "copay": "35"})
    patient.refresh_from_db()
    name_insurance(patient, NamedInsurance(kind="private", plan="Example Plan", member="EX1"))
    assert patient.told_insurance.copay == 35
    name_insurance(patient, NamedInsurance(kind="private", plan="Another Plan", member="EX1"))
    assert patient.told_insurance.copay is None
