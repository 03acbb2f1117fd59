"""`needlepoint estimate` as its user runs it."""

import json

import pytest

from tests.kit.commands import run

ASKED = {"on": "2026-06-02", "codes": ["20553"]}


def test_medicare_self_pay_and_the_clock():
    medicare = run("estimate", "-", stdin=json.dumps({**ASKED, "part_b_deductible_met_usd": "283"})).stdout
    assert "You pay 11.96 USD" in medicare
    own = {**ASKED, "household": {"people": 3, "income_usd": "49176"}, "scheduled_on": "2026-05-01"}
    found = json.loads(run("estimate", "-", "--json", stdin=json.dumps(own)).stdout)
    assert found["sliding"]["percent_of_poverty"] == "180.0"
    assert found["sliding"]["pays_usd"] == "47.83"
    assert found["good_faith_due"] == "2026-05-06"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**ASKED, "codes": []}, "empty list"),
        ({**ASKED, "codes": ["2055"]}, "published"),
        ({**ASKED, "on": "tomorrow"}, "a day such as"),
        ({**ASKED, "discount": 1}, "discount"),
    ],
)
def test_what_cannot_be_estimated_is_refused(given, said):
    answer = run("estimate", "-", stdin=json.dumps(given))
    assert answer.returncode == 2
    assert said in answer.stderr


def test_a_bill_is_held_back_with_reasons_and_a_plan_is_offered():
    bill = {"billed_on": "2026-03-02", "state": "NY", "itemized_sent": True}
    asked = {"on": "2026-04-01", "bill": bill, "owed_usd": "300", "monthly_income_usd": "2000"}
    shown = run("debt", "-", stdin=json.dumps(asked)).stdout
    assert "may not go to collection yet" in shown
    assert "49-A" in shown
    assert "3 x $100.00" in shown
    found = json.loads(run("debt", "-", "--json", stdin=json.dumps(asked)).stdout)
    assert found["collection"]["may_collect"] is False
    assert run("debt", "-", stdin='{"on": "2026-04-01"}').returncode == 2
