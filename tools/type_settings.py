"""The settings with which mypy's plugin starts Django: its data folder is in mypy's cache."""

import os
from pathlib import Path

os.environ.setdefault("NEEDLEPOINT_DATA", str(Path(__file__).parent.parent / ".mypy_cache" / "data"))
os.environ.setdefault("NEEDLEPOINT_SECRET_KEY", "only for types")

from needlepoint.site.settings import *  # noqa: F403
