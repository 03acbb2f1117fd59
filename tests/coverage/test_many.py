"""Judging a whole history at once gives every claim the result that it would get alone."""

import datetime
from decimal import Decimal

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.coverage import decide, determine
from needlepoint.coverage.batch.audit import ASK, VERDICTS, audit, facts_at
from needlepoint.coverage.load import load_policies
from needlepoint.coverage.rules.needs import LINES
from needlepoint.coverage.types import CoverageVerdict

NOTE = "muscles;drug_amount;pain_before;pain_after;signature"
PAYERS = sorted({policy.payer for policy in load_policies()})
FIRST = datetime.date(2023, 12, 1)

CLAIM = st.fixed_dictionaries(
    {
        "patient_id": st.sampled_from(["a", "b"]),
        "on": st.integers(0, 1000).map(lambda days: FIRST + datetime.timedelta(days=days)),
        "payer": st.sampled_from(PAYERS),
        "state": st.sampled_from(["NY", "TX", "FL", "CA", "AZ", "VA"]),
        "county": st.sampled_from(["", "Fairfax County", "Loudoun"]),
        "function_percent": st.sampled_from([np.nan, 40.0, 60.0]),
        "act": st.sampled_from(["injection", "dry_needling", ""]),
        "diagnoses": st.sampled_from(["", "M79.18", "M54.2", "M54.50;M79.18", "M79.7", ";"]),
        "codes": st.sampled_from(["", "20552;J2003", "20553;76942", "20560"]),
        "pointed": st.sampled_from(["", "", "M79.18", "M54.50"]),
        "profession": st.sampled_from(["", "physician", "nurse_practitioner", "physical_therapist"]),
        "credentials": st.sampled_from(["", "acupuncture_degree;acupuncture_license", "acupuncture_degree"]),
        "documented": st.sampled_from(
            ["", NOTE, "muscles", NOTE + ";plan_criteria_checked", NOTE + ";functional_goals"]
        ),
        "places": st.sampled_from(["", "trapezius/left", "trapezius/left;soleus/right", "soleus/right"]),
        "signs": st.sampled_from([np.nan, 0.0, 1.0, 2.0, 4.0]),
        "regions": st.sampled_from([np.nan, 1.0, 2.0]),
        "pain_weeks": st.sampled_from([np.nan, 2.0, 12.0, 13.0, 40.0]),
        "care_weeks": st.sampled_from([np.nan, 0.0, 6.0, 12.0]),
        "relief_percent": st.sampled_from([np.nan, 30.0, 50.0, 90.0]),
        "relief_weeks": st.sampled_from([np.nan, 2.0, 6.0, 8.5]),
        **{
            name: st.sampled_from([-1, 0, 1])
            for name in (
                "care_failed", "movement_limited", "diagnostic", "in_program", "other_block", "specific_cause",
                "drug_on_claim", "function_improved", "same_scale", "state_allows", "improving",
                "nodule", "routine",
            )
        },
    }
)  # fmt: skip
NUMBERS = (
    "signs",
    "regions",
    "pain_weeks",
    "care_weeks",
    "relief_percent",
    "relief_weeks",
    "function_percent",
)
TEXTS = ("patient_id", "payer", "state", "act", "diagnoses", "codes", "documented", "places", "pointed",
         "profession", "credentials", "county")  # fmt: skip


def columns_of(rows):
    columns = {"claim_id": [f"c{n}" for n in range(len(rows))]}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name == "on":
            columns[name] = np.array(values, dtype="datetime64[D]")
        elif name in NUMBERS:
            columns[name] = np.array(values, dtype=np.float64)
        elif name in TEXTS:
            columns[name] = values
        else:
            columns[name] = np.array(values, dtype=np.int8)
    return columns


@settings(max_examples=150, deadline=None)
@given(st.lists(CLAIM, min_size=1, max_size=12))
def test_batch_single_and_explained_agree(rows):
    columns = columns_of(rows)
    found = audit(columns)
    for n in range(len(rows)):
        facts = facts_at(columns, n)
        explained = determine(facts)
        assert decide(facts) is explained.verdict
        assert VERDICTS[found.verdict[n]] is explained.verdict
        if explained.policy:
            kind = (
                CoverageVerdict.NOT_COVERED
                if explained.verdict is CoverageVerdict.NOT_COVERED
                else CoverageVerdict.NOT_KNOWN
            )
            decided = [row.rule for row in explained.rules if row.verdict is kind and not row.codes]
            assert found.because[n].split() == decided
            apart = {
                row.rule
                for row in explained.rules
                if row.codes and row.verdict is not CoverageVerdict.COVERED
            }
            assert {word for word in found.lines[n].split() if word in apart} == apart
            assert bool(found.lines[n]) == bool(apart)


def test_every_kind_of_line_is_asked_in_both():
    assert set(ASK) == set(LINES)


def test_a_month_without_that_day_ends_a_window_as_the_calendar_does():
    rows = [
        {"patient_id": "a", "on": day, "payer": "medicare", "state": "NY"}
        for day in map(datetime.date.fromisoformat, ("2025-02-28", "2024-02-28", "2024-02-29", "2024-06-01"))
    ]
    columns = columns_of(rows)
    for n in range(len(rows)):
        assert VERDICTS[audit(columns).verdict[n]] is decide(facts_at(columns, n))


def test_what_cannot_be_judged_says_why():
    rows = [
        {"patient_id": "a", "on": FIRST, "payer": "nobody", "state": "NY"},
        {"patient_id": "a", "on": FIRST, "payer": "medicare", "state": ""},
        {"patient_id": "a", "on": datetime.date(2015, 1, 1), "payer": "medicare", "state": "NY"},
    ]
    found = audit(columns_of(rows))
    assert found.verdicts() == ["not_known"] * 3
    assert "payer" in found.because[0]
    assert "state" in found.because[1]
    assert found.because[2] == "no rule is held"


def test_columns_that_are_missing_or_uneven_are_refused():
    day = np.array(["2026-01-01"], "datetime64[D]")
    with pytest.raises(Refused, match="patient_id"):
        audit({"claim_id": ["a"], "on": day, "payer": ["aetna"]})
    with pytest.raises(Refused, match="one length"):
        audit({"claim_id": ["a"], "patient_id": ["a", "b"], "on": day, "payer": ["aetna"]})


# Properties of a determination itself.

FIELDS = {"pain_weeks": Decimal(20), "care_weeks": Decimal(20), "signs": 4, "regions": 1, "care_failed": True,
          "in_program": True, "other_block": False, "specific_cause": False, "drug_on_claim": True,
          "documented": [*NOTE.split(";"), "plan_criteria_checked", "functional_goals"], "earlier": []}  # fmt: skip
ORDER = {CoverageVerdict.NOT_COVERED: 0, CoverageVerdict.NOT_KNOWN: 1, CoverageVerdict.COVERED: 2}


@settings(max_examples=120, deadline=None)
@given(CLAIM, st.sampled_from(sorted(FIELDS)))
def test_a_criterion_that_is_met_never_turns_covered_into_not_covered(row, field):
    facts = facts_at(columns_of([row]), 0)
    better = msgspec.structs.replace(facts, **{field: FIELDS[field]})
    assert ORDER[decide(better)] >= ORDER[decide(facts)]


@settings(max_examples=120, deadline=None)
@given(
    CLAIM, st.sampled_from(["signs", "care_weeks", "specific_cause", "pain_weeks", "diagnostic"]), st.data()
)
def test_a_fact_that_no_rule_asks_for_changes_nothing(row, field, data):
    facts = facts_at(columns_of([row]), 0)
    found = determine(facts)
    policy = next((policy for policy in load_policies() if policy.id == found.policy), None)
    asked = str([rule.need for rule in policy.rule]) if policy else ""
    changed = data.draw(
        st.sampled_from([None, True, False] if field in ("specific_cause", "diagnostic") else [None, 0, 99])
    )
    asks = {
        "signs": "signs_from=None",
        "care_weeks": "care_weeks_from=None",
        "pain_weeks": "pain_weeks_from=None",
    }
    irrelevant = policy is None or (
        asked.count(asks[field]) == len(policy.rule) if field in asks else f"'{field}'" not in asked
    )
    if irrelevant:
        assert determine(msgspec.structs.replace(facts, **{field: changed})) == found
