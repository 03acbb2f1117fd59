"""`needlepoint code`, `cover` and `policies` as their users run them."""

import json

import pytest

from tests.kit.commands import run
from tests.kit.episodes import SITUATIONS

SEVEN = SITUATIONS / "seven_muscles.json"

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
    assert "began Apr 1, 2024: Medicare, trigger point injections, the policies of 2024" in shown
    assert "3 changes" in shown  # the old policies end, the new one begins, and Noridian JF's reading of it
    assert run("policies", "diff", "2025-01-01", "2024-01-01").returncode == 2
    assert run("policies", "diff", "soon", "2024-01-01").returncode == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**FACTS, "payer": "medicair"}, "medicare"),
        ({**FACTS, "signs": "many"}, "signs"),
        ({**FACTS, "color": 1}, "color"),
        ("x", "object"),
    ],
)
def test_facts_that_cannot_be_are_refused(given, said):
    answer = run("cover", "-", stdin=json.dumps(given))
    assert answer.returncode == 2
    assert said in answer.stderr


def test_a_folder_that_is_none_is_refused():
    assert run("policies", "check", "nowhere").returncode == 2


FAULTS = """
[[policy]]
id = "mine"
payer = "my_plan"
title = "My plan"
act = "injektion"
from = 2025-06-01
to = 2025-01-01

[[policy.rule]]
id = "A"
en = "care failed"
need = { all = ["care_faild"], documented = ["plasces"], diagnosis = ["M79.1x"] }
certainty = "seen"
source = ["a letter"]

[[policy.rule]]
id = "B"
en = "nothing asked"
need = {}
certainty = "sean"
source = ["a letter"]

[[policy]]
id = "mine"
payer = "my_plan"
title = "My plan"
act = "injection"
from = 2025-01-01
rule = []
"""


def test_every_fault_of_a_payers_file_is_told_at_once(tmp_path):
    (tmp_path / "mine.toml").write_text(FAULTS, encoding="utf-8")
    shown = run("policies", "check", str(tmp_path))
    assert shown.returncode == 2
    for said in (
        "'injektion'", "Nearest known: 'injection'", "care_faild", "'care_failed'", "plasces", "M79.1x",
        "2025-01-01", "no rules", "used 2 times", "sean", "mine.toml, policy mine, rule A",
    ):  # fmt: skip
        assert said in shown.stdout, said
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize("command", ["cover", "episode", "claim", "estimate"])
def test_a_payers_file_with_faults_stops_every_command_without_a_traceback(tmp_path, command):
    (tmp_path / "mine.toml").write_text(FAULTS, encoding="utf-8")
    shown = run(command, str(SEVEN), "--policies", str(tmp_path))
    assert shown.returncode == 2
    assert "Traceback" not in shown.stderr
    assert "COVERED" not in shown.stdout


def test_a_payer_of_ones_own_works_from_cover_to_claim(tmp_path):
    (tmp_path / "mine.toml").write_text(
        '[[policy]]\nid = "mine"\npayer = "my_plan"\ntitle = "My plan"\nact = "injection"\nfrom = 2025-01-01\n'
        '[[policy.rule]]\nid = "A"\nen = "two signs"\nneed = { signs_from = 2 }\ncertainty = "seen"\n'
        'source = ["letter of 2025-03-01"]\n',
        encoding="utf-8",
    )
    episode = json.loads(SEVEN.read_text(encoding="utf-8"))
    episode["insured"]["payer"] = "my_plan"
    episode["account"]["coverages"][0]["filing"] = "CI"
    file = tmp_path / "episode.json"
    file.write_text(json.dumps(episode), encoding="utf-8")
    named = ("--policies", str(tmp_path))
    assert "COVERED" in run("cover", str(file), *named).stdout
    assert "READY" in run("claim", str(file), *named, "--today", "2026-11-21").stdout
    assert run("episode", str(file), *named).returncode == 0
    assert run("estimate", str(file), *named).returncode == 0
    assert "two signs" in run("policies", "show", "mine", *named).stdout
    assert run("cover", str(file)).returncode == 2


def test_one_of_a_list_that_is_refused_does_not_refuse_the_rest():
    good = {"on": "2026-05-04", "payer": "medicare", "state": "NY"}
    shown = run("cover", "-", "--json", stdin=json.dumps([good, {"payer": 1}, good]))
    assert shown.returncode == 2
    answers = json.loads(shown.stdout)
    assert [("refused" in row) for row in answers] == [False, True, False]
