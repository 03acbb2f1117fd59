"""The claims of a practice as arrays: text columns as indexes into the distinct texts, and each row's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "COLUMNS",
    "DAY_BITS",
    "FLAGS",
    "LISTS",
    "MET",
    "NEEDED",
    "NUMBERS",
    "UNKNOWN",
    "UNMET",
    "Answers",
    "ClaimTable",
    "Columns",
    "Ints",
    "TextColumn",
    "listed",
]

MET, UNMET, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)
DAY_BITS = 24  # a day number fits; patients and places are above it in one sortable key

Answers = NDArray[np.int8]
Ints = NDArray[np.int64]
Columns = Mapping[
    str, Any
]  # by name: text as a sequence, days, numbers and flags as numpy arrays; None: missing

LISTS = ("diagnoses", "pointed", "codes", "documented", "places", "credentials")
TEXTS = (*LISTS, "payer", "state", "county", "act", "profession")
NUMBERS = (
    "signs",
    "regions",
    "pain_weeks",
    "care_weeks",
    "relief_percent",
    "relief_weeks",
    "function_percent",
)
FLAGS = ("care_failed", "movement_limited", "diagnostic", "in_program", "other_block", "specific_cause",
         "nodule", "routine", "drug_on_claim", "state_allows", "improving", "function_improved",
         "same_scale")  # fmt: skip
KIND_OF = {"injection": 0, "dry_needling": 1, "acupuncture": 1}  # acts whose sessions count together
OTHER_KIND = 2
NEEDED = ("claim_id", "patient_id", "on", "payer")
COLUMNS = (*NEEDED, "state", "county", "act", "profession", *LISTS, *NUMBERS, *FLAGS)


class TextColumn:
    """A text column as indexes into the distinct texts; 0 is 'nothing'."""

    def __init__(self, column: Sequence[Any] | None, rows: int) -> None:
        self.texts: list[str | None] = [None]
        if column is None:
            self.codes = np.zeros(rows, np.int64)
            return
        seen: dict[Any, int] = {None: 0, "": 0}
        for text in column:
            if text not in seen:
                seen[text] = len(self.texts)
                self.texts.append(text)
        self.codes = np.fromiter(map(seen.__getitem__, column), np.int64, rows)


class ClaimTable:
    """The rows as arrays, with their history: the earlier rows of the same patient."""

    def __init__(self, columns: Columns, rows: int) -> None:
        self.rows = rows
        self.texts = {name: TextColumn(columns.get(name), rows) for name in TEXTS}
        self._pointed()
        self.day: Ints = columns["on"].astype("datetime64[D]").astype(np.int64)
        self.date = columns["on"].astype("datetime64[D]")
        self.numbers = {name: columns.get(name) for name in NUMBERS}
        self.flags = {name: columns.get(name) for name in FLAGS}
        self.everybody: Ints = TextColumn(columns["patient_id"], rows).codes
        act = self.texts["act"]
        kinds = np.array([KIND_OF.get(text or "injection", OTHER_KIND) for text in act.texts])
        self.patient: Ints = np.zeros(0, np.int64)  # until a policy defines what it counts
        self.by_act: Ints = self.everybody * (OTHER_KIND + 1) + kinds[act.codes]

    def counts(self, act: str) -> None:
        """Count the history like a policy on `act`: of that act alone, or ('any') of all together."""
        patient = self.everybody if act == "any" else self.by_act
        if self.patient is not patient:
            self.patient = patient
            self._history()

    def _pointed(self) -> None:
        """Return the diagnoses at which the procedure points; all of them if nobody said."""
        pointed, all_ = self.texts["pointed"], self.texts["diagnoses"]
        if not pointed.codes.any():
            self.texts["pointed"] = all_
            return
        either = zip(pointed.codes.tolist(), all_.codes.tolist(), strict=True)
        merged = [pointed.texts[mine] if mine else all_.texts[other] for mine, other in either]
        self.texts["pointed"] = TextColumn(merged, self.rows)

    def _history(self) -> None:
        key = (self.patient << DAY_BITS) | self.day
        self.order = np.argsort(key, kind="stable")
        self.sorted = key[self.order]
        self.first = np.searchsorted(self.sorted, self.patient << DAY_BITS)  # the patient's first row
        self.until = np.searchsorted(self.sorted, key)  # rows before it are of earlier days
        self.some = self.until > self.first
        # The last session before; of several on one day the first in the file.
        last_key = self.sorted[np.maximum(self.until - 1, 0)]
        self.last = self.order[np.searchsorted(self.sorted, last_key)]

    def number(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return a numeric column and where it is known."""
        column = self.numbers[name]
        if column is None:
            return np.zeros(self.rows), np.zeros(self.rows, np.bool_)
        known = ~np.isnan(column)
        return column, known

    def flag(self, name: str) -> Answers:
        """Return a yes-or-no column in three values."""
        column = self.flags[name]
        return np.full(self.rows, UNKNOWN) if column is None else column


def listed(text: str | None) -> list[str] | None:
    """Return the items of a text separated by ';'; None for nothing."""
    return None if text is None else [item.strip() for item in text.split(";") if item.strip()]
