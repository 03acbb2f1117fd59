"""The reference pages match the code, and every setting and command is documented."""

import re
import subprocess
import sys

from needlepoint.cli.app import COMMANDS
from needlepoint.site.environment import VARIABLES
from tests.places import ROOT

REFERENCE = ROOT / "docs" / "reference"


def test_pages_made_from_the_code_are_current():
    command = [sys.executable, ROOT / "tools" / "reference.py", "--check"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_command_is_documented():
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## needlepoint {name}\n" not in page] == []


def test_every_setting_is_documented():
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    assert [row.name for row in VARIABLES if f"`{row.name}`" not in page] == []


def test_no_setting_is_read_that_no_page_names():
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r"\bNEEDLEPOINT_[A-Z_]+\b", source))
    assert {name for name in read if name not in pages} <= {
        "NEEDLEPOINT_PG_PORT",
        "NEEDLEPOINT_SHOTS",
    }  # of tests
