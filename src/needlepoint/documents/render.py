"""One value and one template to one PDF (PDF/UA-1: with tags, title and language for screen readers)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import fontpkg
import msgspec
import typst

from needlepoint.base.refusal import Fault, Refused

__all__ = ["TEMPLATES", "to_pdf", "to_png_pages"]

NO_SHAPE = re.compile(r"text `(.+?)` could not be displayed", re.DOTALL)
TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _fonts() -> list[Path]:
    return sorted({Path(fontpkg.path("Inter", style=style)).parent for style in ("normal", "italic")})


def _inputs(value: Any, lang: str) -> dict[str, str]:
    return {"data": msgspec.json.encode(value).decode(), "lang": lang}


def to_pdf(template: str, value: Any, lang: str = "en") -> bytes:
    """Return the PDF of `value` by `templates/<template>.typ`. Text in the value is never executed.

    Raises Refused for a character that the font does not have: a box in its place would corrupt a name.
    """
    try:
        found: bytes = typst.compile(
            TEMPLATES / f"{template}.typ",
            root=TEMPLATES,
            font_paths=list(_fonts()),
            ignore_system_fonts=True,
            sys_inputs=_inputs(value, lang),
            pdf_standards="ua-1",
        )
    except typst.TypstError as error:
        raise _refusal(template, error) from None
    return found


def _refusal(template: str, error: typst.TypstError) -> Exception:
    """Return the refusal for a missing character; any other error is a bug and is raised unchanged."""
    missing = NO_SHAPE.search(str(error))
    if missing is None:
        return error
    expected = "letters that the paper's font (Inter: Latin, Greek, Cyrillic) has"
    return Refused(Fault(f"paper {template}", missing.group(1), expected, "Write it in Latin letters."))


def to_png_pages(template: str, value: Any, lang: str = "en") -> list[bytes]:
    """Return the same pages as pictures."""
    pages: Any = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=list(_fonts()),
        ignore_system_fonts=True,
        sys_inputs=_inputs(value, lang),
        format="png",
        ppi=100.0,
    )
    return pages if isinstance(pages, list) else [pages]
