"""Names as people write them, in the letters that X12 carries: José becomes Jose, a dash of print becomes '-'."""

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
    """`text` without accents. What has no plain letter stays and is refused by the claim's own checks.

    >>> plain_letters("José Muñoz‑O’Neill")
    "Jose Munoz-O'Neill"
    """
    split = unicodedata.normalize("NFKD", text)  # first, as an accent may lie over a letter of SIGNS: Ǽ
    return "".join(sign for sign in split if not unicodedata.combining(sign)).translate(SIGNS).strip()


def plainly(value: T) -> T:
    """The same struct with every text in plain letters, also in the structs and lists within it."""
    changed = {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    return msgspec.structs.replace(value, **changed)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return plain_letters(value)
    if isinstance(value, msgspec.Struct):
        return plainly(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value
