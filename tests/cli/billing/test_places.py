"""Faults of a claim in the words of a biller; and an exit code that a script can read."""

import json

import pytest

from needlepoint.cli.billing.places import place_in_words
from tests.cli.billing.test_claim import FOURTH, LATER, SEVEN
from tests.kit.commands import run
from tests.kit.episodes import account, plain


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("claim.lines[0].on", "line 1, day of service"),
        ("claim.lines[2].pointers", "line 3, diagnoses it points at"),
        ("claim.others[0].paid", "other payer 1, what it paid"),
        ("account.fees.charge", "fees, charges"),
        ("claim.billing.npi", "the practice, NPI"),
        ("x.835, line 4", "x.835, line 4"),
    ],
)
def test_a_place_is_said_in_words(where, words):
    assert place_in_words(where) == words


def test_the_exit_code_tells_ready_from_held_from_refused(tmp_path):
    assert run("claim", SEVEN, *LATER).returncode == 0
    assert run("claim", FOURTH, *LATER).returncode == 1
    many = tmp_path / "many.json"
    broken = plain()
    del broken["session"]["sites"]
    many.write_text(json.dumps([account(plain(), claim_id="M-1"), broken]))
    done = run("claim", str(many), *LATER)
    assert done.returncode == 2
    assert done.stdout.count("REFUSED Claim 2:") == 1
    assert "episode." not in done.stdout + done.stderr


def test_a_fault_names_no_field(tmp_path):
    one = tmp_path / "one.json"
    one.write_text(json.dumps(account(plain(), related=["AA"], accident="2026-01-05")))
    done = run("claim", str(one), *LATER)
    assert "HELD  fault: State of the accident: nothing" in done.stdout
    assert "claim." not in done.stdout
