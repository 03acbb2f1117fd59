"""A benchmark without data says what to run instead."""

import subprocess
import sys

import pytest

from tests.places import ROOT

BENCH = [sys.executable, str(ROOT / "bench" / "clinic.py")]


def run(*words):
    return subprocess.run([*BENCH, *map(str, words)], capture_output=True, text=True, check=False)


def test_a_folder_without_a_practice_is_told_what_to_run(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"NEEDLEPOINT_DATA={tmp_path} python -m needlepoint demo" in done.stderr


@pytest.mark.parametrize("other", ["no_checkout", "no_data"])
def test_a_side_to_compare_with_that_is_not_there_is_named(tmp_path, other):
    (tmp_path / "needlepoint.sqlite3").touch()
    checkout = tmp_path if other == "no_checkout" else ROOT
    done = run(tmp_path, "--against", checkout, tmp_path / "nothing")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path) in done.stderr
