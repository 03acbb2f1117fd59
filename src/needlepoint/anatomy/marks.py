"""What a patient draws on the body chart, as plain values; `drawing.py` maps it to regions."""

from __future__ import annotations

import msgspec

__all__ = ["Drawing", "Mark"]


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mark in the coordinates of a view: a polygon, a stroke with a width, or a touch. Intensity 0-10."""

    view: str
    kind: str
    points_mm: list[tuple[float, float]]
    intensity: float
    width_mm: float | None = None


class Drawing(msgspec.Struct, frozen=True):
    """What a patient drew."""

    marks: tuple[Mark, ...]
