"""The diagnoses to which a line points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from needlepoint.coding.load import load_edits
from needlepoint.coding.types import Diagnosis

__all__ = ["MOST_POINTERS", "pointers_of"]

MOST_POINTERS = 4


def pointers_of(diagnoses: Sequence[Diagnosis], muscles: Iterable[str], act: str = "") -> tuple[int, ...]:
    """Return the diagnoses of a line: those of its muscles, then the clinician's added reasons.

    The reason that justifies the act comes first, where one is on file.
    """
    treated = set(muscles)
    status = load_edits().status.begins
    own = [number for number, row in enumerate(diagnoses, 1) if treated & set(row.muscles)]
    added = [n for n, row in enumerate(diagnoses, 1) if not row.muscles and not row.code.startswith(status)]
    # A reason that the clinician wrote takes precedence over the fourth kind of myalgia.
    kept = own[: MOST_POINTERS - 1] if added else own
    found = [*kept, *added][:MOST_POINTERS]
    first = tuple(begin for row in load_edits().first_reason if row.act == act for begin in row.begins)
    return tuple(sorted(found, key=lambda n: not (first and diagnoses[n - 1].code.startswith(first))))
