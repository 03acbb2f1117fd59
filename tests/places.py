"""Paths of the repository, independent of a test's folder."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "tests" / "spec"
