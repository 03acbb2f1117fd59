"""The README's tour runs, line by line, as a reader would type it."""

import re
import shlex
import subprocess

import pytest

from tests.kit.commands import run
from tests.places import ROOT

TOUR = (
    (ROOT / "README.md")
    .read_text(encoding="utf-8")
    .split("## Five minutes")[1]
    .split("## What a practice")[0]
)
LINES = re.findall(r"^    (.+)$", TOUR, re.MULTILINE)


def test_the_tour_is_there():
    assert len(LINES) >= 10


@pytest.mark.parametrize("line", LINES)
def test_the_line_runs(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before, _, after = line.rpartition(" | ")
    stdin = subprocess.run(shlex.split(before), capture_output=True, text=True).stdout if before else ""
    words = shlex.split(after)
    assert words[0] == ".venv/bin/needlepoint"
    words = [str(ROOT / word) if word.startswith("examples/") else word for word in words[1:]]
    answer = run(*words, stdin=stdin)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout or list(tmp_path.rglob("*.png"))


def test_the_practice_file_of_the_readme_is_one(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("## What a practice decides")[1]
    rows = re.findall(r"^    (.+)$", text.split("## How it thinks")[0], re.MULTILINE)
    practice = tmp_path / "practice.toml"
    practice.write_text("\n".join(rows), encoding="utf-8")
    answer = run("plan", str(ROOT / "examples" / "desk_shoulder.json"), "--practice", str(practice))
    assert answer.returncode == 0, answer.stderr
    assert "Made-Up" in answer.stdout or "MAY GO AHEAD" in answer.stdout
