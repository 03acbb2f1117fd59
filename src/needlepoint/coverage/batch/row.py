"""One row of an audit as the facts of one claim."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from needlepoint.coverage.batch.table import FLAGS, UNKNOWN, Columns, listed
from needlepoint.coverage.types import CoverageFacts, Earlier

__all__ = ["facts_at"]


def facts_at(columns: Columns, row: int) -> CoverageFacts:
    """One row as the facts that `determine` reads: for a second look at a claim of the audit."""

    def text(name: str, at: int = row) -> Any:
        return columns[name][at] if columns.get(name) is not None and columns[name][at] != "" else None

    def number(name: str, at: int = row) -> Decimal | None:
        value = text(name, at)
        return None if value is None or np.isnan(value) else Decimal(str(value))

    def flag(name: str, at: int = row) -> bool | None:
        value = text(name, at)
        return None if value is None or value == UNKNOWN else bool(value)

    def places(at: int) -> list[tuple[str, str]]:
        items = listed(text("places", at)) or []
        return [(first, last) for first, _, last in (item.partition("/") for item in items)]

    on = columns["on"].astype("datetime64[D]")
    patients = np.asarray(columns["patient_id"], dtype=object)
    mine = [n for n in np.flatnonzero(patients == patients[row]).tolist() if on[n] < on[row]]
    whole = {name: number(name) for name in ("signs", "regions")}
    return CoverageFacts(
        on=on[row].item(),
        payer=text("payer") or "",
        state=text("state"),
        county=text("county"),
        act=text("act") or "injection",
        profession=text("profession"),
        credentials=listed(text("credentials")),
        diagnoses=listed(text("diagnoses")),
        pointed=listed(text("pointed")),
        codes=listed(text("codes")),
        documented=listed(text("documented")),
        places=places(row),
        pain_weeks=number("pain_weeks"),
        care_weeks=number("care_weeks"),
        signs=None if whole["signs"] is None else int(whole["signs"]),
        regions=None if whole["regions"] is None else int(whole["regions"]),
        **{name: flag(name) for name in FLAGS if name not in ("function_improved", "same_scale")},
        earlier=[
            Earlier(
                on=on[n].item(),
                act=text("act", n) or "injection",
                places=places(n),
                relief_percent=None if (percent := number("relief_percent", n)) is None else int(percent),
                relief_weeks=number("relief_weeks", n),
                function_improved=flag("function_improved", n),
                function_percent=None if (gain := number("function_percent", n)) is None else int(gain),
                same_scale=flag("same_scale", n),
            )
            for n in mine
        ],
    )
