"""Names in the characters of X12: José becomes Jose, a typographic dash becomes '-'."""

from __future__ import annotations

import unicodedata
from typing import Any, TypeVar

import msgspec

__all__ = ["plain_letters", "plainly"]

T = TypeVar("T", bound=msgspec.Struct)
SIGNS = str.maketrans(
    {"‐": "-", "‑": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "ß": "ss", "ø": "o", "Ø": "O",
     "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i", "\u00a0": " "}
)  # fmt: skip


def plain_letters(text: str) -> str:
    """Return `text` without accents. What has no plain letter stays and is refused by the claim's own checks.

    >>> plain_letters("José Muñoz‑O’Neill")
    "Jose Munoz-O'Neill"
    """
    split = unicodedata.normalize("NFKD", text)  # first, because an accent may be on a letter of SIGNS: Ǽ
    return "".join(sign for sign in split if not unicodedata.combining(sign)).translate(SIGNS).strip()


def plainly(value: T) -> T:
    """Return the same struct with every text in plain letters, also in nested structs and lists."""
    changed = {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    return msgspec.structs.replace(value, **changed)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return plain_letters(value)
    if isinstance(value, msgspec.Struct):
        return plainly(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value
