"""Names in files and databases of older versions, and their current names."""

from __future__ import annotations

import re
from typing import Any

import msgspec

__all__ = ["decode_json", "with_current_names"]

CURRENT = {
    "recognised_pain": "familiar_pain",
    "recognized_pain": "familiar_pain",
    "nurse_anaesthetist": "nurse_anesthetist",
    "anaesthetic_mixture": "anesthetic_mixture",
    "authorisation": "authorization",
    "itemised_sent": "itemized_sent",
    "cancelled": "canceled",
    "cancelled_because": "canceled_because",
}
OLD = re.compile("|".join(f'"{name}"' for name in CURRENT))


def with_current_names(value: Any) -> Any:
    """Return plain `value` (dicts, lists, scalars) with each old key, and each text that is an old name, replaced.

    >>> with_current_names({"recognised_pain": True})
    {'familiar_pain': True}
    """
    if isinstance(value, dict):
        return {CURRENT.get(key, key): with_current_names(inner) for key, inner in value.items()}
    if isinstance(value, list):
        numbers = bool(value) and isinstance(value[0], (int, float))  # the points of a drawing
        return value if numbers else [with_current_names(inner) for inner in value]
    return CURRENT.get(value, value) if isinstance(value, str) else value


def decode_json(text: str | bytes, shape: Any) -> Any:
    """Return JSON text as `shape`, old names replaced unless it is msgspec.Raw; raises msgspec.ValidationError."""
    plain = text.decode() if isinstance(text, bytes) else text
    if shape is msgspec.Raw or OLD.search(plain) is None:
        return msgspec.json.decode(plain, type=shape)
    return msgspec.json.decode(
        msgspec.json.encode(with_current_names(msgspec.json.decode(plain))), type=shape
    )
