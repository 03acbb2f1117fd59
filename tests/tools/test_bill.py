"""The bill of materials names every package of the lock file with its version."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT


def test_the_bill_of_materials_has_every_locked_package(tmp_path):
    program, bill = Path(sys.executable).with_name("cyclonedx-py"), tmp_path / "bill.json"
    command = [
        program,
        "requirements",
        "requirements.lock",
        "--output-reproducible",
        "--of",
        "JSON",
        "-o",
        bill,
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    made = json.loads(bill.read_text())
    locked = dict(
        re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(), re.M)
    )
    assert made["bomFormat"] == "CycloneDX"
    assert {row["name"]: row["version"] for row in made["components"]} == locked
    assert "pyrage" in locked
