"""Every command in the tutorial and the how-to guides runs, in order, with the files that the page says to save."""

import json
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.places import ROOT

PAGES = sorted([*(ROOT / "docs" / "tutorial").glob("*.md"), *(ROOT / "docs" / "how-to").glob("add-*.md")])
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?( merge)?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_runs(page, tmp_path):
    for example in (ROOT / "examples").glob("*.json"):
        shutil.copy(example, tmp_path)
    for kind, name, merge, body in BLOCK.findall(page.read_text(encoding="utf-8")):
        if name:
            _save(tmp_path / name, body, merge=bool(merge))
        elif kind == "sh":
            for line in body.splitlines():
                _run(line, tmp_path)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_paths_in_the_text_exist(page):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|tests|bench|examples)/[\w/.-]+)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []


def _save(path, body, merge):
    path.parent.mkdir(parents=True, exist_ok=True)
    if merge:
        body = json.dumps(json.loads(path.read_text(encoding="utf-8")) | json.loads(body))
    path.write_text(body, encoding="utf-8")


def _run(line, folder):
    words = shlex.split(line)
    assert words[0] == "needlepoint", line
    command = [sys.executable, "-m", "needlepoint", *words[1:]]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, f"{line}\n{answer.stderr}"
    assert answer.stdout or list(folder.rglob("*.png"))
