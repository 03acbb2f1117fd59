"""The points of a muscle grouped by where they are felt, with their zones as region ids of one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from needlepoint.anatomy.load import load_atlas, split_region
from needlepoint.anatomy.types import TriggerPoint

ALIKE = 0.6  # points whose zones share this much of their regions are drawn together
SPILL_WEIGHT = 0.5  # how much a spill-over zone counts against an essential one when views are chosen
OTHER = {"left": "right", "right": "left"}


class Pattern(NamedTuple):
    """Points felt in (nearly) the same zones: (number, point); zones as weight by key, as written in the atlas."""

    points: list[tuple[int, TriggerPoint]]
    essential: dict[str, float]
    spill: dict[str, float]

    def weights(self, side: str) -> dict[str, float]:
        """Return region id -> the importance of showing it."""
        found = {region: w * SPILL_WEIGHT for region, w in on_side(self.spill, side).items()}
        return found | on_side(self.essential, side)


def patterns_of(points: Sequence[TriggerPoint]) -> list[Pattern]:
    """Return one pattern for each group of points with the same zones, in the order of the points."""
    groups: list[list[tuple[int, TriggerPoint]]] = []
    for number, point in enumerate(points, 1):
        for group in groups:
            if _likeness(group[0][1], point) >= ALIKE:
                group.append((number, point))
                break
        else:
            groups.append([(number, point)])
    return [_joined(group) for group in groups]


def _likeness(one: TriggerPoint, other: TriggerPoint) -> float:
    first, second = ({**point.spill, **point.essential} for point in (one, other))
    keys = first.keys() | second.keys()
    shared = sum(min(first.get(key, 0.0), second.get(key, 0.0)) for key in keys)
    return shared / (sum(max(first.get(key, 0.0), second.get(key, 0.0)) for key in keys) or 1.0)


def _joined(group: list[tuple[int, TriggerPoint]]) -> Pattern:
    essential: dict[str, float] = {}
    spill: dict[str, float] = {}
    for _, point in group:
        for zone, found in ((point.essential, essential), (point.spill, spill)):
            for key, weight in zone.items():
                found[key] = max(found.get(key, 0.0), weight)
    return Pattern(group, essential, {key: weight for key, weight in spill.items() if key not in essential})


def on_side(zone: Mapping[str, float], side: str) -> dict[str, float]:
    """Return a zone of the atlas as weight by region id, with the muscle on `side`."""
    return {region: weight for key, weight in zone.items() for region in _regions(key, side)}


def _regions(key: str, side: str) -> list[str]:
    where, plain = split_region(key)
    if not load_atlas().regions[plain].paired:
        return [f"mid_{plain}"]
    if where == "both":
        return [f"left_{plain}", f"right_{plain}"]
    return [f"{OTHER[side] if where == 'opposite' else side}_{plain}"]
