"""One row of an audit as the facts of one claim."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from needlepoint.coverage.batch.table import FLAGS, UNKNOWN, Columns, listed
from needlepoint.coverage.types import CoverageFacts, Earlier

__all__ = ["facts_at"]


def facts_at(columns: Columns, row: int) -> CoverageFacts:
    """Return one row as the facts for `determine`, to review a claim of the audit."""
    at = _Row(columns, row)
    return CoverageFacts(
        on=at.on,
        payer=at.text("payer") or "",
        state=at.text("state"),
        county=at.text("county"),
        act=at.text("act") or "injection",
        profession=at.text("profession"),
        credentials=listed(at.text("credentials")),
        diagnoses=listed(at.text("diagnoses")),
        pointed=listed(at.text("pointed")),
        codes=listed(at.text("codes")),
        documented=listed(at.text("documented")),
        places=at.places(),
        pain_weeks=at.number("pain_weeks"),
        care_weeks=at.number("care_weeks"),
        signs=at.whole("signs"),
        regions=at.whole("regions"),
        **{name: at.flag(name) for name in FLAGS if name not in ("function_improved", "same_scale")},
        earlier=[_earlier(_Row(columns, n)) for n in _before(columns, row)],
    )


def _before(columns: Columns, row: int) -> list[int]:
    """Return the rows of the same patient on earlier days."""
    on = columns["on"].astype("datetime64[D]")
    patients = np.asarray(columns["patient_id"], dtype=object)
    return [n for n in np.flatnonzero(patients == patients[row]).tolist() if on[n] < on[row]]


def _earlier(at: _Row) -> Earlier:
    return Earlier(
        on=at.on,
        act=at.text("act") or "injection",
        places=at.places(),
        relief_percent=at.whole("relief_percent"),
        relief_weeks=at.number("relief_weeks"),
        function_improved=at.flag("function_improved"),
        function_percent=at.whole("function_percent"),
        same_scale=at.flag("same_scale"),
    )


class _Row:
    """One row of the columns. An empty cell is None."""

    def __init__(self, columns: Columns, row: int) -> None:
        self.columns, self.row = columns, row

    @property
    def on(self) -> datetime.date:
        found: datetime.date = self.columns["on"].astype("datetime64[D]")[self.row].item()
        return found

    def text(self, name: str) -> Any:
        found = self.columns.get(name)
        return found[self.row] if found is not None and found[self.row] != "" else None

    def number(self, name: str) -> Decimal | None:
        value = self.text(name)
        return None if value is None or np.isnan(value) else Decimal(str(value))

    def whole(self, name: str) -> int | None:
        value = self.number(name)
        return None if value is None else int(value)

    def flag(self, name: str) -> bool | None:
        value = self.text(name)
        return None if value is None or value == UNKNOWN else bool(value)

    def places(self) -> list[tuple[str, str]]:
        items = listed(self.text("places")) or []
        return [(first, last) for first, _, last in (item.partition("/") for item in items)]
