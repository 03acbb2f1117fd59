"""One value and one template to one PDF (PDF/UA-1: with tags, title and language for screen readers)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import fontpkg
import msgspec
import typst

__all__ = ["TEMPLATES", "to_pdf", "to_png_pages"]

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _fonts() -> list[Path]:
    return sorted({Path(fontpkg.path("Inter", style=style)).parent for style in ("normal", "italic")})


def _inputs(value: Any, lang: str) -> dict[str, str]:
    return {"data": msgspec.json.encode(value).decode(), "lang": lang}


def to_pdf(template: str, value: Any, lang: str = "en") -> bytes:
    """The PDF of `value` by `templates/<template>.typ`. Text in the value is text: nothing in it is ever run."""
    found: bytes = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=list(_fonts()),
        ignore_system_fonts=True,
        sys_inputs=_inputs(value, lang),
        pdf_standards="ua-1",
    )
    return found


def to_png_pages(template: str, value: Any, lang: str = "en") -> list[bytes]:
    """The same pages as pictures, to be looked at."""
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
