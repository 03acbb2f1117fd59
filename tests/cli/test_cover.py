"""`needlepoint code`, `cover` and `policies` as their users run them."""

import json

import pytest

from .test_cli import run

FACTS = {"on": "2026-05-04", "payer": "medicare", "state": "NY", "diagnoses": ["M79.7"], "signs": 3}


def test_a_determination_is_printed_rule_by_rule():
    shown = run("cover", "-", stdin=json.dumps(FACTS)).stdout
    assert "NOT COVERED" in shown
    assert "DX-1" in shown
    assert "ABN" in shown
    found = json.loads(run("cover", "-", "--json", stdin=json.dumps([FACTS])).stdout)
    assert found[0]["verdict"] == "not_covered"


def test_policies_are_listed_and_shown():
    assert "medicare_2024" in run("policies", "list").stdout
    assert "FREQ-1" in run("policies", "show", "medicare_2024").stdout
    assert run("policies", "show", "nothing").returncode == 2
    texas = run("policies", "list", "--state", "TX", "--on", "2026-05-04").stdout
    assert "medicare_novitas" in texas
    assert "medicare_2024" not in texas


def test_what_changed_between_two_days():
    shown = run("policies", "diff", "2024-03-01", "2024-04-02").stdout
    assert "began 2024-04-01: Medicare, trigger point injections, the policies of 2024" in shown
    assert "3 changes" in shown  # the old policies end, the new one begins, and Noridian JF's reading of it
    assert run("policies", "diff", "2025-01-01", "2024-01-01").returncode == 2
    assert run("policies", "diff", "soon", "2024-01-01").returncode == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**FACTS, "payer": "medicair"}, "medicare"),
        ({**FACTS, "signs": "many"}, "signs"),
        ({**FACTS, "colour": 1}, "colour"),
        ("x", "object"),
    ],
)
def test_facts_that_cannot_be_are_refused(given, said):
    answer = run("cover", "-", stdin=json.dumps(given))
    assert answer.returncode == 2
    assert said in answer.stderr


def test_a_folder_that_is_none_is_refused():
    assert run("policies", "check", "nowhere").returncode == 2
