"""Figures of many visits: how many, how long, how much they helped, what went wrong, what stock they used."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from needlepoint.outcomes.course import PainRating, course_of
from needlepoint.visit.facts import Facts, State

__all__ = ["Figures", "SeenVisit", "figures_of", "mean", "together"]


class SeenVisit(msgspec.Struct, frozen=True, kw_only=True):
    """What the figures need to know of one visit. `later`: pain as reported after it."""

    clinician: int
    on: datetime.date
    state: State
    facts: Facts
    arrived_at: datetime.datetime | None = None
    later: tuple[PainRating, ...] = ()


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Counts and sums of visits; each sum has the number of visits in which its value was recorded.

    `seen`: treated or examined, signed or not. Minutes: from start to end, and from check-in to start. `before`,
    `after`: pain at the start and the end of the same visits. `relief`: percent, by follow-up or as asked later.
    """

    seen: int = 0
    no_show: int = 0
    canceled: int = 0
    minutes: int = 0
    timed: int = 0
    waited: int = 0
    wait_timed: int = 0
    before: int = 0
    after: int = 0
    compared: int = 0
    relief: int = 0
    relief_known: int = 0
    events: dict[str, int] = {}
    vials: dict[str, int] = {}


def mean(total: int, count: int) -> Decimal | None:
    """Return the mean; None where nothing was recorded."""
    return Decimal(total) / count if count else None


SEEN = (State.IN_ROOM, State.TO_SIGN, State.DONE)


def figures_of(visits: Iterable[SeenVisit]) -> dict[int, Figures]:
    """Return the figures of each clinician."""
    found: dict[int, list[Figures]] = {}
    for visit in visits:
        found.setdefault(visit.clinician, []).append(_one(visit))
    return {clinician: together(rows) for clinician, rows in found.items()}


def _one(visit: SeenVisit) -> Figures:
    if visit.state is State.NO_SHOW:
        return Figures(no_show=1)
    if visit.state is State.CANCELED:
        return Figures(canceled=1)
    if visit.state not in SEEN:
        return Figures()
    facts = visit.facts
    minutes = _minutes(facts.started_at, facts.ended_at)
    waited = _minutes(visit.arrived_at, facts.started_at)
    before, after = facts.reported.pain_now, facts.observed.pain_after
    compared = before is not None and after is not None
    relief = _relief(visit)
    return Figures(
        seen=1,
        minutes=minutes or 0,
        timed=int(minutes is not None),
        waited=waited or 0,
        wait_timed=int(waited is not None),
        before=before if compared and before is not None else 0,
        after=after if compared and after is not None else 0,
        compared=int(compared),
        relief=relief or 0,
        relief_known=int(relief is not None),
        events=dict(Counter(event.kind for event in facts.observed.events)),
        vials=dict(Counter(vial.drug for vial in facts.vials)),
    )


def _minutes(start: datetime.datetime | None, end: datetime.datetime | None) -> int | None:
    """Return whole minutes; None where a time is missing or the clock went backward."""
    if start is None or end is None or end <= start:
        return None
    return round((end - start).total_seconds() / 60)


def _relief(visit: SeenVisit) -> int | None:
    """Return the percent that a clinician entered, else the best of the patient's own answers; never below 0."""
    outcome = visit.facts.outcome
    if outcome is not None and outcome.relief_percent is not None:
        return outcome.relief_percent
    percent = course_of(visit.facts.reported.pain_now, visit.on, visit.later).relief_percent
    return None if percent is None else max(percent, 0)


def together(rows: Sequence[Figures]) -> Figures:
    """Return the figures of several together."""
    names = [name for name in Figures.__struct_fields__ if name not in ("events", "vials")]
    sums = {name: sum(getattr(row, name) for row in rows) for name in names}
    return Figures(**sums, events=_added(row.events for row in rows), vials=_added(row.vials for row in rows))


def _added(rows: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in rows:
        found.update(row)
    return dict(sorted(found.items()))
