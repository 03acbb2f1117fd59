"""A payer's file with many faults: every one is named at once, with file, policy, rule, field and what was expected."""

from __future__ import annotations

import pytest

from needlepoint.coverage.check import check_folder

FAULTY = """
[[policy]]
id = "x"
payer = "acme"
title = 7
act = "injektion"
from = "2025"
color = "red"

[[policy.rule]]
id = "A"
en = "one"
need = { sessions_most = "three", within_month = 12, signs_from = "two", per = "body" }
certainty = "sure"
source = "the manual"

[[policy.rule]]
id = "B"
need = { documented = ["musclez"], diagnosis = ["M79,18"] }
certainty = "seen"
source = ["p. 1"]

[[policy.rule]]
id = "C"
en = "nothing asked"
need = { within_months = 12 }
certainty = "seen"
source = ["p. 1"]
"""


@pytest.fixture
def faults(tmp_path):
    (tmp_path / "acme.toml").write_text(FAULTY, encoding="utf-8")
    found, faults = check_folder(tmp_path)
    assert found == []
    return {fault.where: fault for fault in faults}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("policy x.title", "text in quotation marks"),
        ("policy x.act", "one of injection"),
        ("policy x.from", "a day such as"),
        ("policy x.color", "one of act"),
        ("policy x, rule A.need.sessions_most", "a whole number"),
        ("policy x, rule A.need.within_month", "one of all"),
        ("policy x, rule A.need.signs_from", "a whole number"),
        ("policy x, rule A.need.per", "one of place, region"),
        ("policy x, rule A.certainty", "one of seen"),
        ("policy x, rule A.source", "a list in square brackets"),
        ("policy x, rule B.en", "text in quotation marks"),
        ("policy x, rule B.need.documented", "one of drug_amount"),
        ("policy x, rule B.need.diagnosis", "an ICD-10-CM code"),
        ("policy x, rule C.need", "at least one thing"),
    ],
)
def test_every_fault_is_named_at_once(faults, field, expected):
    fault = faults[f"acme.toml, {field}"]
    assert expected in fault.expected
    assert "`" not in fault.expected  # no words of the reader's library
    assert "`" not in fault.given


def test_a_near_name_is_offered(faults):
    assert "within_months" in faults["acme.toml, policy x, rule A.need.within_month"].remedy
