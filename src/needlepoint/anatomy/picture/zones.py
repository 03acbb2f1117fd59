"""The painted areas: region polygons joined and rounded into zones, the stipple, and shapes as SVG paths."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from functools import cache, lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from needlepoint.anatomy.geometry import load_views

ROUND_SHARE = 0.15  # radius of a zone's corners relative to the root of its area
LEAST_ROUND_MM, MOST_ROUND_MM = 1.5, 24.0
COARSE_SHARE = 0.04  # detail that rounding would hide anyway, relative to its radius
TILE, DOT, APART = 48.0, 1.05, 3.9  # the stipple's tile, the radius of a dot, the least distance of two


def plain_shape(view_id: str, names: Iterable[str]) -> BaseGeometry:
    """Return the regions `names` in a view as one area, unchanged."""
    parts = load_views()[view_id].parts
    return shapely.union_all([parts[name].polygon for name in sorted(names) if name in parts])


@lru_cache(maxsize=512)
def zone_shape(view_id: str, names: frozenset[str]) -> BaseGeometry:
    """Return the regions `names` in a view as one area with rounded corners, no wider than they are."""
    view = load_views()[view_id]
    joined = plain_shape(view_id, names)
    if joined.is_empty:
        return joined
    radius = min(max(ROUND_SHARE * math.sqrt(joined.area), LEAST_ROUND_MM), MOST_ROUND_MM)
    joined = shapely.simplify(joined, radius * COARSE_SHARE)
    # The zone first grows off the body, so that it meets the silhouette squarely and only inner corners are rounded.
    grown = shapely.union(joined, shapely.difference(_buffer(joined, 2 * radius), view.body))
    closed = _buffer(_buffer(grown, radius * 0.8), -radius * 0.8)
    opened = _buffer(_buffer(closed, -radius), radius)
    kept = shapely.intersection(opened, _buffer(joined, 4.0))
    whole = joined if kept.area < 0.6 * joined.area else kept
    return shapely.simplify(whole, 0.15)


def _buffer(shape: BaseGeometry, by_mm: float) -> BaseGeometry:
    """Return the shape grown or shrunk, and simplified, because each step multiplies its points."""
    return shapely.simplify(shapely.buffer(shape, by_mm, quad_segs=6), abs(by_mm) * 0.01)


def path_of(shape: BaseGeometry) -> str:
    """Return an area in mm of a view as SVG path data (v downward)."""
    rings = []
    for part in _polygons(shape):
        for ring in (part.exterior, *part.interiors):
            rings.append("M" + "L".join(f"{u:.1f} {-v:.1f}" for u, v in ring.coords[:-1]) + "Z")
    return "".join(rings)


def _polygons(shape: BaseGeometry) -> Iterable[BaseGeometry]:
    return [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]


@cache
def stipple() -> str:
    """Return dots spread evenly but without rows over a square tile, as the content of a <pattern>."""
    chance = random.Random(11)
    dots: list[tuple[float, float]] = []
    for _ in range(4000):
        u, v = chance.uniform(0, TILE), chance.uniform(0, TILE)
        if all(_around(u - x) ** 2 + _around(v - y) ** 2 > APART**2 for x, y in dots):
            dots.append((u, v))
    ring = f"a{DOT} {DOT} 0 1 0 {2 * DOT} 0a{DOT} {DOT} 0 1 0 {-2 * DOT} 0z"
    shifts = [(i * TILE, j * TILE) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    seen = [
        (u + i, v + j)
        for u, v in dots
        for i, j in shifts
        if -DOT < u + i < TILE + DOT and -DOT < v + j < TILE + DOT
    ]
    return f'<path fill="var(--zone)" d="{"".join(f"M{u - DOT:.1f} {v:.1f}{ring}" for u, v in seen)}"/>'


def _around(distance: float) -> float:
    """Return the distance on a tile whose right edge meets its left."""
    return min(abs(distance), TILE - abs(distance))
