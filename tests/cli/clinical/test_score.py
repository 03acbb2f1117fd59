"""`needlepoint score` as its user runs it."""

import json

import pytest

from tests.kit.commands import run


def test_a_score_and_its_change():
    asked = {"instrument": "nprs", "answers": [4], "before": [8]}
    shown = run("score", "-", stdin=json.dumps(asked)).stdout
    assert "improved" in shown
    assert "substantial" in shown
    found = json.loads(run("score", "-", "--json", stdin=json.dumps([asked, asked])).stdout)
    assert [row["score"]["value"] for row in found] == ["4", "4"]


def test_the_list_names_every_license():
    shown = run("score", "--list").stdout
    assert "peg" in shown
    assert "item texts are not shown" in shown.lower()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"instrument": "peg", "answers": [1, 2]}', "3 answers"),
        ('{"instrument": "peg", "answers": "high"}', "array"),
        ('{"instrument": "pain"}', "answers"),
        ("[]3", "breaks"),
    ],
)
def test_what_cannot_be_scored_is_refused(given, said):
    answer = run("score", "-", stdin=given)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
