"""Time limits for claims and appeals. A contract may differ and then takes precedence."""

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
    """One payer's time limit: for a claim from the day of service, for an appeal from the notice."""

    payer: str
    words: str
    states: tuple[str, ...] = ()  # states where it applies; none: everywhere
    claim_months: int = 0
    claim_days: int = 0
    appeal_days: int = 0
    certainty: Certainty
    source: list[str]


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """The last day, and its source."""

    last: datetime.date
    words: str
    citations: tuple[Citation, ...]
    certainty: Certainty


@lru_cache(maxsize=1)
def load_timely() -> tuple[Timely, ...]:
    """Return every row with its source."""
    found = tuple(rows(DATA / "timely.toml", Timely, "timely"))
    for row in found:
        cite(DATA, row.source, row.payer)
    return found


def _held(payer: str, state: str | None) -> Timely | None:
    """Return the payer's row for that state, else the general one."""
    own = [row for row in load_timely() if row.payer == payer]
    there = [row for row in own if state in row.states]
    return next(iter([*there, *(row for row in own if not row.states)]), None)


def deadline_of(payer: str, on: datetime.date, state: str | None = None) -> Deadline | None:
    """Return the last day for a claim of a service on `on`; None without a limit on file."""
    row = _held(payer, state)
    if row is None or not (row.claim_months or row.claim_days):
        return None
    last = on + relativedelta(months=row.claim_months, days=row.claim_days)
    return _deadline(row, last)


def appeal_by(payer: str, noticed_on: datetime.date) -> Deadline | None:
    """Return the last day of the first appeal after a notice of that day; None without a limit on file."""
    row = _held(payer, None)
    if row is None or not row.appeal_days:
        return None
    return _deadline(row, noticed_on + relativedelta(days=row.appeal_days))


def _deadline(row: Timely, last: datetime.date) -> Deadline:
    return Deadline(
        last=last, words=row.words, citations=cite(DATA, row.source, row.payer), certainty=row.certainty
    )
