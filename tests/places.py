"""Where things lie, whatever folder a test stands in."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "tests" / "spec"
