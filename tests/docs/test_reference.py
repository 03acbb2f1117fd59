"""The reference pages are as the code makes them, and every setting and command is documented."""

import subprocess
import sys

from needlepoint.cli.app import COMMANDS
from tests.places import ROOT


def test_pages_made_from_the_code_are_current():
    command = [sys.executable, ROOT / "tools" / "reference.py", "--check"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_command_is_documented():
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## needlepoint {name}\n" not in page] == []
