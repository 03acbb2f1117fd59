"""How urgent a warning sign is and what to do: one table for every page, message and task."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.base.refusal import Fault, Refused

__all__ = ["Action", "Urgency", "action_of", "load_actions", "most_urgent"]

DATA = Path(__file__).parents[1] / "data"


class Urgency(StrEnum):
    """How soon a warning sign must be acted on, the most urgent first."""

    EMERGENCY = "emergency"  # now: 911 or 988
    SAME_DAY = "same_day"  # today
    SOON = "soon"  # within days, two weeks at most
    BEFORE_NEEDLE = "before_needle"  # for staff to weigh before any needle; not shown to the patient

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return list(Urgency).index(self)


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to do at one degree of urgency, worded for each reader.

    `phone` is what the button dials; empty means the practice's own number. `warns_patient` is False for what only
    staff weigh.
    """

    id: str
    urgency: Urgency
    phone: str
    label_en: str
    label_es: str
    button_en: str
    button_es: str
    patient_en: str
    patient_es: str
    staff_en: str
    staff_es: str
    warns_patient: bool
    certainty: Certainty
    source: list[str]


@lru_cache(maxsize=1)
def load_actions() -> dict[str, Action]:
    """Every action by its id, the most urgent first."""
    found = {row.id: row for row in rows(DATA / "red_flags" / "actions.toml", Action, "action")}
    for row in found.values():
        cite(DATA, row.source, f"actions.toml {row.id}")
    return found


def action_of(id_: str) -> Action:
    """The action with this id; Refused when the table has none."""
    found = load_actions().get(id_)
    if found is None:
        raise Refused(Fault("action", repr(id_), f"one of {', '.join(load_actions())}"))
    return found


def most_urgent(actions: Iterable[Action]) -> Action | None:
    """The action to show first: the most urgent, 911 before 988; None when there is none."""
    order = list(load_actions())
    return min(actions, key=lambda action: order.index(action.id), default=None)
