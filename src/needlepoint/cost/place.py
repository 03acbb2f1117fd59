"""The place of service in Medicare's localities: its indices, or the national amount and why."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, Dated, cite, holding_on, rows
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.cost.load import DATA
from needlepoint.cost.published import NO_FILES, PriceFiles
from needlepoint.coverage.county import same_county

__all__ = ["Gpci", "Placed", "load_localities", "place_of"]


class Gpci(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The factors of a locality on work, practice expense and malpractice; 1 is the national amount."""

    work: Decimal = Decimal(1)
    expense: Decimal = Decimal(1)
    malpractice: Decimal = Decimal(1)


class Locality(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One locality of the fee schedule with its indices."""

    mac: str
    state: str
    number: str
    name: str
    work: Decimal
    expense: Decimal
    malpractice: Decimal
    certainty: Certainty
    source: list[str]
    also: tuple[
        str, ...
    ] = ()  # what else is priced here: a territory, or a county of another state ('VA Fairfax')


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """The indices that apply, their locality, and a notice."""

    gpci: Gpci
    name: str
    notice: str
    citations: tuple[Citation, ...]


@lru_cache(maxsize=1)
def load_localities() -> tuple[Locality, ...]:
    """Return every locality with its source."""
    found = tuple(rows(DATA / "localities.toml", Locality, "locality"))
    for row in found:
        cite(DATA, row.source, f"localities.toml {row.state} {row.number}")
    return found


def place_of(
    state: str,
    locality: str | None,
    on: datetime.date,
    files: PriceFiles = NO_FILES,
    county: str | None = None,
) -> Placed:
    """Return the indices of a place on that day. Refused for an unknown state or locality.

    A county that is priced in another state's locality (the suburbs of Washington) uses that one. A state with several
    localities and none named gets the national amount, and the notice lists them.
    """
    mine = _localities_of(state, county)
    if locality is None and len(mine) > 1:
        return _national(mine)
    number = locality or mine[0].number
    row = next((row for row in mine if row.number == number), None)
    if row is None:
        expected = ", ".join(f"{row.number} ({row.name})" for row in mine)
        raise Refused(Fault("locality", repr(number), f"one of {expected}"))
    published = files.area(row.state, number, on)
    if published is not None:
        gpci = Gpci(published.work, published.expense, published.malpractice)
        return Placed(gpci=gpci, name=published.name, notice=f"by {published.release}", citations=())
    return _on_file(row, on)


def _localities_of(state: str, county: str | None) -> list[Locality]:
    """Return the localities of a state, or the one of another state that prices this county.

    Refused for an unknown state.
    """
    abroad = next((row for row in load_localities() if _priced_here(row, state, county)), None)
    if abroad:
        return [abroad]
    mine = [row for row in load_localities() if row.state == state]
    if not mine:
        known = {row.state for row in load_localities()}
        raise Refused(Fault("state", repr(state), "a state in two letters", nearest(state, known)))
    return mine


def _national(localities: list[Locality]) -> Placed:
    """Return the national amount, with the localities that could be named."""
    names = "; ".join(f"{row.number} {row.name}" for row in localities)
    notice = f"{localities[0].state} has several localities: {names}. Name one."
    return Placed(gpci=Gpci(), name="national", notice=notice, citations=())


def _on_file(row: Locality, on: datetime.date) -> Placed:
    """Return the indices of our own table, used when no published file is loaded."""
    gpci = Gpci(row.work, row.expense, row.malpractice)
    late = not holding_on([row], on)
    notice = (
        f"indices of {row.from_.year}, as none of {on.year} are on file: about right, not exact"
        if late
        else ""
    )
    citations = cite(DATA, row.source, row.number)
    return Placed(gpci=gpci, name=row.name, notice=notice, citations=citations)


def _priced_here(row: Locality, state: str, county: str | None) -> bool:
    """Return whether a locality of another state prices this territory or county."""
    counties = [name[3:] for name in row.also if name[:2] == state and name[3:]]
    return state in row.also or (county is not None and same_county(county, counties))
