"""Urgent answers: what the patient is told now, and what the practice must do."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.outcomes.ask import DATA, FILE
from needlepoint.reasoning.red_flags.actions import Action, action_of

__all__ = ["Worry", "load_worries", "worries"]


class Worry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One urgent answer, and what to do (`do`: an action of the red flags' table).

    It applies when its `sign` was checked after treatment of a place with one of its `traits`; when pain rose by
    `pain_rise` or is `pain_from` or more (0 to 10); or when the `change` is one of these `days_from` days later. No
    task is made where `task_en` is empty.
    """

    id: str
    do: str
    sign: str | None = None
    pain_rise: int | None = None
    pain_from: int | None = None
    change: list[str] = []
    days_from: int = 0
    traits: list[str] = []
    en: str
    es: str
    task_en: str = ""
    task_es: str = ""
    certainty: Certainty
    source: list[str]

    @property
    def action(self) -> Action:
        """Return how urgent it is and whom to call."""
        return action_of(self.do)

    def is_about_pain(self) -> bool:
        """Return whether the pain rating raises it."""
        return self.pain_rise is not None or self.pain_from is not None


@lru_cache(maxsize=1)
def load_worries() -> tuple[Worry, ...]:
    """Return every row, the most severe first."""
    found = rows(FILE, Worry, "worry")
    for row in found:
        cite(DATA, row.source, f"worry {row.id}")
        action_of(row.do)
    return tuple(sorted(found, key=lambda row: row.action.urgency.rank))


def worries(
    signs: Collection[str],
    traits: Collection[str],
    before: int | None,
    now: int | None,
    change: str | None = None,
    days: int = 0,
) -> tuple[Worry, ...]:
    """Return the rows that apply, the most severe first; of rows for the same sign the more specific one.

    `signs`: what was checked; `traits`: of the places that were treated (treatment/data/traits.toml); `before` and
    `now`: pain from 0 to 10, None if not asked; `change`: the answer to that question, this many `days` after.
    """
    found: list[Worry] = []
    told: set[str] = set()
    for row in load_worries():
        if row.sign is not None:
            holds = row.sign in signs and (not row.traits or bool(set(row.traits) & set(traits)))
            about = row.sign
        elif row.is_about_pain():
            holds, about = _pain_holds(row, before, now), "pain"
        else:
            holds, about = change in row.change and days >= row.days_from, "change"
        if holds and about not in told:
            told.add(about)
            found.append(row)
    return tuple(found)


def _pain_holds(row: Worry, before: int | None, now: int | None) -> bool:
    rise = None if before is None or now is None else now - before
    rose = row.pain_rise is not None and rise is not None and rise >= row.pain_rise
    return rose or (row.pain_from is not None and now is not None and now >= row.pain_from)
