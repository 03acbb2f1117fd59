"""The diagnoses to which a line points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from needlepoint.coding.load import load_edits
from needlepoint.coding.types import Diagnosis

__all__ = ["MOST_POINTERS", "pointers_of"]

MOST_POINTERS = 4


def pointers_of(diagnoses: Sequence[Diagnosis], muscles: Iterable[str]) -> tuple[int, ...]:
    """Return the diagnoses of a line: those of its muscles, then the clinician's added reasons."""
    treated = set(muscles)
    status = load_edits().status.begins
    own = [number for number, row in enumerate(diagnoses, 1) if treated & set(row.muscles)]
    added = [n for n, row in enumerate(diagnoses, 1) if not row.muscles and not row.code.startswith(status)]
    # A reason that the clinician wrote takes precedence over the fourth kind of myalgia.
    kept = own[: MOST_POINTERS - 1] if added else own
    return tuple([*kept, *added][:MOST_POINTERS])
