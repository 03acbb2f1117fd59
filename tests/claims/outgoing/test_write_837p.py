"""A claim that leaves: judged by pyx12, read back by our own reader, and refused where the judge would not see it."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.claims.incoming.acknowledge import ClaimOutcome
from needlepoint.claims.incoming.read_837p import read_837p
from needlepoint.claims.incoming.recognize import read_incoming
from needlepoint.claims.outgoing.checks import check_claim, npi_is_valid
from needlepoint.claims.outgoing.write_837p import write_837p
from needlepoint.claims.types import Claim
from tests.claims.made_up import CLINIC, EVERY_KIND, INJECTION, LIDOCAINE, MEDICARE, SUBMISSION, claim
from tests.peers.pyx12_judge import judged


def undotted(made: Claim) -> Claim:
    return msgspec.structs.replace(made, diagnoses=[code.replace(".", "") for code in made.diagnoses])


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_judge_accepts_every_kind_of_claim(kind: str, tmp_path: Path) -> None:
    accepted, answer = judged(write_837p([EVERY_KIND[kind]()], SUBMISSION), tmp_path)
    assert accepted, answer


def test_the_judges_999_is_read_as_accepted(tmp_path: Path) -> None:
    _, answer = judged(write_837p([make() for make in EVERY_KIND.values()], SUBMISSION), tmp_path)
    said = list(read_incoming(io.BytesIO(answer.encode())))
    assert [item.outcome for item in said] == [ClaimOutcome.ACCEPTED, ClaimOutcome.ACCEPTED]


def test_the_judges_999_about_a_broken_claim_names_the_segment(tmp_path: Path) -> None:
    broken = write_837p([claim()], SUBMISSION).replace("*UN*1***", "*XX*1***")
    accepted, answer = judged(broken, tmp_path)
    said = list(read_incoming(io.BytesIO(answer.encode())))
    assert not accepted
    assert said[0].outcome is ClaimOutcome.REJECTED
    assert said[0].complaints[0].segment == "SV1"


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_what_was_written_is_read_back(kind: str) -> None:
    made = EVERY_KIND[kind]()
    (back,) = read_837p(io.BytesIO(write_837p([made], SUBMISSION).encode()))
    assert back.claim == undotted(made)
    assert back.total_usd == made.total_usd
    assert back.other == ()


AMOUNTS = st.decimals(0, 9999, places=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(AMOUNTS, st.integers(1, 99)), min_size=1, max_size=50))
def test_any_lines_come_back_and_their_sum_is_the_total(rows: list[tuple[Decimal, int]]) -> None:
    lines = [
        msgspec.structs.replace(INJECTION, charge_usd=charge, units=Decimal(units), control=f"L{n}")
        for n, (charge, units) in enumerate(rows)
    ]
    made = claim(lines=lines)
    (back,) = read_837p(io.BytesIO(write_837p([made], SUBMISSION).encode()))
    assert back.claim == undotted(made)
    assert back.total_usd == sum(charge for charge, _ in rows)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "check digit of the NPI": (
        {"billing": msgspec.structs.replace(CLINIC, npi="1234567890")},
        "claim.billing.npi",
    ),
    "a diagnosis that is none": ({"diagnoses": ["79.18"]}, "claim.diagnoses[0]"),
    "a diagnosis twice": ({"diagnoses": ["M79.18", "M7918"]}, "claim.diagnoses[1]"),
    "no diagnosis": ({"diagnoses": []}, "claim.diagnoses"),
    "thirteen diagnoses": ({"diagnoses": [f"M79.{n}" for n in range(100, 113)]}, "claim.diagnoses"),
    "a pointer to nothing": (
        {"lines": [msgspec.structs.replace(INJECTION, pointers=[3])]},
        "claim.lines[0].pointers",
    ),
    "a pointer twice": (
        {"lines": [msgspec.structs.replace(INJECTION, pointers=[1, 1])]},
        "claim.lines[0].pointers",
    ),
    "no lines": ({"lines": []}, "claim.lines"),
    "a service that lies ahead": (
        {"lines": [msgspec.structs.replace(INJECTION, on=datetime.date(2026, 7, 16))]},
        "claim.lines[0].on",
    ),
    "parts of a cent": (
        {"lines": [msgspec.structs.replace(INJECTION, charge_usd=Decimal("1.005"))]},
        "claim.lines[0].charge_usd",
    ),
    "a replacement without its original": ({"frequency": "7"}, "claim.original"),
    "a five-digit ZIP of the practice": (
        {"billing": msgspec.structs.replace(CLINIC, address=MEDICARE.insured.address)},
        "claim.billing.address.zip",
    ),
    "an NDC of ten digits": (
        {"lines": [msgspec.structs.replace(LIDOCAINE, drug=msgspec.structs.replace(LIDOCAINE.drug, ndc="1234567890"))]},
        "claim.lines[0].drug.ndc",
    ),
    "a star in a name": (
        {"coverage": msgspec.structs.replace(MEDICARE, member_id="1*2")},
        "claim.coverage.member_id",
    ),
    "a letter that X12 has not": ({"note": "José"}, "claim.note"),
    "a second payer that has not paid": (
        {"coverage": msgspec.structs.replace(MEDICARE, sequence="S"), "others": [MEDICARE]},
        "claim.others[0].paid",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_the_judge_would_not_see_is_refused(what: str) -> None:
    changed, place = WRONG[what]
    faults = check_claim(claim(**changed), SUBMISSION.created.date())
    assert place in [fault.where for fault in faults]
    with pytest.raises(Refused):
        write_837p([claim(**changed)], SUBMISSION)


def test_a_number_is_used_once_in_a_file() -> None:
    with pytest.raises(Refused, match="used once"):
        write_837p([claim(1), claim(1)], SUBMISSION)


@pytest.mark.parametrize(("npi", "good"), [("1234567893", True), ("1245319599", True), ("1234567894", False)])
def test_npi(npi: str, good: bool) -> None:
    assert npi_is_valid(npi) is good


def test_no_two_npis_that_differ_in_one_digit_are_both_valid() -> None:
    neighbors = [f"123456789{digit}" for digit in range(10)]
    assert [npi for npi in neighbors if npi_is_valid(npi)] == ["1234567893"]


def test_more_than_a_set_takes_goes_into_the_next() -> None:
    text = write_837p([claim(n) for n in range(5001)], SUBMISSION)
    assert text.count("\nST*837*") == 2
    assert sum(1 for _ in read_837p(io.BytesIO(text.encode()))) == 5001
