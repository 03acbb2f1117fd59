"""The content of a published file: its kind, its days, and its rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

__all__ = ["KINDS", "Kind", "Release", "Row"]

Row = tuple[str, ...]  # every value as text, as in the file; numbers exact, dates as CCYY-MM-DD


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file: its columns, and how many of the first ones are the key."""

    id: str
    title: str
    columns: tuple[str, ...]
    key: int
    settles: str  # what is unknown without it


KINDS = {
    kind.id: kind
    for kind in (
        Kind(
            id="ncci_pairs",
            title="NCCI procedure-to-procedure edits, practitioner",
            columns=("column1", "column2", "from_day", "to_day", "indicator", "rationale"),
            key=3,
            settles="whether two codes may stand side by side",
        ),
        Kind(
            id="mue",
            title="NCCI medically unlikely edits, practitioner",
            columns=("code", "units", "indicator", "rationale"),
            key=1,
            settles="how many units of a code a day are likely",
        ),
        Kind(
            id="fees",
            title="physician fee schedule, relative values and conversion factor",
            columns=(
                "code", "modifier", "status", "work", "office", "office_na", "facility", "facility_na",
                "malpractice", "components", "global_days", "multiple", "bilateral", "factor",
            ),
            key=2,
            settles="the allowed amount of a code",
        ),
        Kind(
            id="gpci",
            title="geographic practice cost indices",
            columns=("mac", "state", "locality", "name", "work", "expense", "malpractice"),
            key=3,
            settles="the allowed amount in a place",
        ),
        Kind(
            id="localities",
            title="counties of each fee schedule locality",
            columns=("mac", "locality", "state", "area", "counties"),
            key=4,
            settles="in which locality a county lies",
        ),
        Kind(
            id="drugs",
            title="Part B drug payment limits",
            columns=("code", "dosage", "limit_usd", "coinsurance"),
            key=1,
            settles="the allowed amount of a drug",
        ),
        Kind(
            id="diagnoses",
            title="ICD-10-CM codes",
            columns=("code", "billable"),
            key=1,
            settles="whether a diagnosis code is valid",
        ),
        Kind(
            id="excludes",
            title="ICD-10-CM tabular list, Excludes1 notes",
            columns=("code", "excluded"),
            key=2,
            settles="which diagnoses may not stand side by side",
        ),
        Kind(
            id="poverty",
            title="poverty guidelines",
            columns=("area", "people", "income_usd"),
            key=2,
            settles="a household's share of the poverty guideline",
        ),
    )
}  # fmt: skip


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One file as read. `to` None: until a later one comes."""

    kind: str
    name: str
    from_: datetime.date
    to: datetime.date | None
    rows: Sequence[Row]
    spans: tuple[tuple[str, str], ...] = ()  # for a file in parts: first and last code of this part
