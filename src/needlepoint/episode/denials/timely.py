"""How long a payer takes a claim or an appeal. A contract may say otherwise and then goes before."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from dateutil.relativedelta import relativedelta

from needlepoint.base.knowledge import Certainty, Citation, cite, rows

__all__ = ["DATA", "Deadline", "appeal_by", "deadline_of"]

DATA = Path(__file__).parents[1] / "data"


class Timely(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One payer's time: for a claim from the day of service, for an appeal from the notice."""

    payer: str
    words: str
    states: tuple[str, ...] = ()  # where it holds; none: everywhere
    claim_months: int = 0
    claim_days: int = 0
    appeal_days: int = 0
    certainty: Certainty
    source: list[str]


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """The last day, and where it comes from."""

    last: datetime.date
    words: str
    citations: tuple[Citation, ...]
    certainty: Certainty


@lru_cache(maxsize=1)
def load_timely() -> tuple[Timely, ...]:
    """Every row with its source."""
    found = tuple(rows(DATA / "timely.toml", Timely, "timely"))
    for row in found:
        cite(DATA, row.source, row.payer)
    return found


def _held(payer: str, state: str | None) -> Timely | None:
    """The payer's row for that state, else the one for everywhere."""
    own = [row for row in load_timely() if row.payer == payer]
    there = [row for row in own if state in row.states]
    return next(iter([*there, *(row for row in own if not row.states)]), None)


def deadline_of(payer: str, on: datetime.date, state: str | None = None) -> Deadline | None:
    """The last day on which a claim for a service of `on` is taken; None when no time is on file."""
    row = _held(payer, state)
    if row is None or not (row.claim_months or row.claim_days):
        return None
    last = on + relativedelta(months=row.claim_months, days=row.claim_days)
    return _deadline(row, last)


def appeal_by(payer: str, noticed_on: datetime.date) -> Deadline | None:
    """The last day of the first appeal after a notice of that day; None when no time is on file."""
    row = _held(payer, None)
    if row is None or not row.appeal_days:
        return None
    return _deadline(row, noticed_on + relativedelta(days=row.appeal_days))


def _deadline(row: Timely, last: datetime.date) -> Deadline:
    return Deadline(
        last=last, words=row.words, citations=cite(DATA, row.source, row.payer), certainty=row.certainty
    )
