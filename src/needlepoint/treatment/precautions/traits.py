"""The kind of place of a point (over the pleura, deep, in the neck, ...), from `data/traits.toml`."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.types import Muscle, TriggerPoint
from needlepoint.base.knowledge import cite, rows
from needlepoint.base.refusal import Fault, Refused
from needlepoint.treatment.lists.names import DATA, plain

__all__ = ["DATA", "Trait", "load_traits", "plain"]


class Trait(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of place. It fits a point whose muscle is named, lies in the body area, or has such a hazard there.

    `points` adds single points of other muscles; `not_points` removes points.
    """

    id: str
    en: str
    es: str
    source: list[str]
    muscles: list[str] = []
    points: list[str] = []
    not_points: list[str] = []
    body_area: list[str] = []
    hazard: list[str] = []
    level: list[str] = []
    compressible: str = ""

    def fits(self, muscle: Muscle, point: TriggerPoint) -> bool:
        """Return whether the point is in such a place."""
        if point.id in self.not_points:
            return False
        near = any(
            hazard.kind in self.hazard and hazard.level in self.level for hazard in muscle.hazards_at(point)
        )
        pressed = self.compressible == muscle.needling_at(point).compressible
        named = muscle.id in self.muscles or point.id in self.points or muscle.body_area in self.body_area
        return named or near or pressed


@lru_cache(maxsize=1)
def load_traits() -> dict[str, Trait]:
    """Return the traits by id."""
    traits = {trait.id: trait for trait in rows(DATA / "traits.toml", Trait, "trait")}
    points = {point.id for muscle in load_atlas().muscles.values() for point in muscle.points}
    for trait in traits.values():
        cite(DATA, trait.source, f"traits.toml {trait.id}")
        for name in (*trait.points, *trait.not_points):
            if name not in points:
                raise Refused(Fault(f"traits.toml {trait.id}", repr(name), "a point of the atlas"))
    return traits
