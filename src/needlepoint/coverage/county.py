"""Counties by name in any spelling: where one splits a state between contractors or localities."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["same_county"]


def same_county(county: str, counties: Sequence[str]) -> bool:
    """Return whether a county, or an independent city, is one of `counties`, in any spelling."""
    return _bare(county) in {_bare(name) for name in counties}


def _bare(county: str) -> str:
    words = county.casefold().replace("city of ", "").replace(" county", "").replace(" city", "")
    return words.strip(" .")
