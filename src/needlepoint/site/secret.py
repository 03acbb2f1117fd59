"""The site's secret key, created once and stored beside its data; never in the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["kept_secret"]


def kept_secret(path: Path) -> str:
    """Return the key in `path`; at the first start it is created there, readable by its owner only."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was faster
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(made)
    return made
