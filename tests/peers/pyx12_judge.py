"""pyx12 as the independent judge. Its verdict is what it returns and the 999 that it writes, not its exit code."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pyx12.params
import pyx12.x12n_document


def judged(text: str, folder: Path) -> tuple[bool, str]:
    """Whether the guide's map accepts the file, and the 999 about it."""
    path = folder / "judged.x12"
    path.write_text(text, encoding="ascii")
    answer = io.StringIO()
    logging.disable(logging.CRITICAL)
    try:
        accepted = pyx12.x12n_document.x12n_document(pyx12.params.params(), str(path), answer, None)
    finally:
        logging.disable(logging.NOTSET)
    return accepted, answer.getvalue()
