"""Answers that must not wait: what the patient is told now, and what the practice has to do."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Literal

import msgspec

from needlepoint.knowledge import Certainty, cite, rows
from needlepoint.outcomes.ask import DATA, FILE

__all__ = ["Worry", "load_worries", "worries"]


class Worry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row: it holds when its sign was ticked or pain rose so far, and a place of one of its traits was treated."""

    id: str
    urgency: Literal["now", "today"]
    sign: str | None = None
    pain_rise: int | None = None
    traits: list[str]
    en: str
    es: str
    task_en: str
    task_es: str
    certainty: Certainty
    source: list[str]


@lru_cache(maxsize=1)
def load_worries() -> tuple[Worry, ...]:
    """Every row, the gravest first."""
    found = rows(FILE, Worry, "worry")
    for row in found:
        cite(DATA, row.source, f"worry {row.id}")
    return tuple(sorted(found, key=lambda row: row.urgency != "now"))


def worries(
    signs: Collection[str], traits: Collection[str], before: int | None, now: int | None
) -> tuple[Worry, ...]:
    """The rows that hold, the gravest first; of rows for the same sign the one that knows the place.

    `signs`: what was ticked; `traits`: of the places that were treated (treatment/data/traits.toml); `before` and
    `now`: pain from 0 to 10, None where nobody asked.
    """
    rise = None if before is None or now is None else now - before
    found: list[Worry] = []
    told: set[str] = set()
    for row in load_worries():
        if row.sign is not None:
            if (
                row.sign not in signs
                or row.sign in told
                or (row.traits and not set(row.traits) & set(traits))
            ):
                continue
            told.add(row.sign)
        elif row.pain_rise is None or rise is None or rise < row.pain_rise:
            continue
        found.append(row)
    return tuple(found)
