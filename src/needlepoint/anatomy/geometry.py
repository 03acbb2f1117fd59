"""The body chart: its views, the regions of skin in each view, and the names of the regions.

Every view is flat and in millimeters of a body 1.70 m tall: u to the viewer's right, v upward. A detail view
(`head_front`, `hand_left_palm`) has the coordinates of the view that it is a crop of; the feet, seen from above and
below, have coordinates of their own. The right side is the left side mirrored at u = 0.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from needlepoint.anatomy.load import DATA, load_regions
from needlepoint.base.refusal import Fault, Refused, nearest

__all__ = [
    "NamedRegion",
    "RegionShape",
    "View",
    "canonical",
    "load_views",
    "mirrored_view",
    "normalize_region",
    "region_ids",
]

GEOMETRY = DATA / "geometry"
SIDES = ("left", "right", "mid")
OTHER = {"left": "right", "right": "left", "mid": "mid"}
CLOSE_MM = 2.0  # regions are traced one by one; thinner gaps between them belong to the body


class RegionShape(msgspec.Struct, frozen=True):
    """One region in one view. `polygon` and `label_at` in the view's mm, `area_mm2` as seen."""

    id: str
    region: str
    side: str
    polygon: BaseGeometry
    area_mm2: float
    label_at: tuple[float, float]


class View(msgspec.Struct, frozen=True):
    """One view of the body chart.

    `view_box` is (x, y, width, height) for drawing under `scale(1 -1)`; `outline` and `lines` are SVG paths; `body` is
    the union of the regions; `crop_of` names the parent of a detail view.
    """

    id: str
    view_box: tuple[float, float, float, float]
    outline: str
    lines: tuple[str, ...]
    parts: dict[str, RegionShape]
    body: BaseGeometry
    crop_of: str | None


class NamedRegion(msgspec.Struct, frozen=True):
    """The meaning of a name: one or two region ids of the chart, and a hint of the side in the name.

    `hint` is 'mid' when the name put a paired region near the midline, 'left' or 'right' when it gave a side to a
    midline region, else None.
    """

    ids: tuple[str, ...]
    hint: str | None = None


@lru_cache(maxsize=1)
def load_views() -> dict[str, View]:
    """Return every view of the chart by id, read once."""
    outlines = msgspec.json.decode((GEOMETRY / "outlines.json").read_bytes(), type=_Outlines).views
    regions = msgspec.json.decode((GEOMETRY / "regions.json").read_bytes(), type=_Regions).views
    return {id_: _view(id_, outline, regions[id_]) for id_, outline in outlines.items()}


class _Outline(msgspec.Struct):
    view_box: tuple[float, float, float, float]
    outline: str
    lines: tuple[str, ...]
    crop_of: str | None


class _Outlines(msgspec.Struct):
    views: dict[str, _Outline]


class _Ring(msgspec.Struct):
    outer: list[tuple[float, float]]
    holes: list[list[tuple[float, float]]]


class _PartRow(msgspec.Struct):
    id: str
    region: str
    side: str
    polygons: list[_Ring]
    label_at: tuple[float, float]


class _Regions(msgspec.Struct):
    views: dict[str, list[_PartRow]]


def _view(id_: str, outline: _Outline, rows: list[_PartRow]) -> View:
    parts = {row.id: _part(row) for row in rows}
    body = shapely.union_all([part.polygon for part in parts.values()], grid_size=0.1)
    body = shapely.buffer(shapely.buffer(body, CLOSE_MM), -CLOSE_MM)
    return View(
        id=id_,
        view_box=outline.view_box,
        outline=outline.outline,
        lines=outline.lines,
        parts=parts,
        body=body,
        crop_of=outline.crop_of,
    )


def _part(row: _PartRow) -> RegionShape:
    rings = [Polygon(ring.outer, ring.holes) for ring in row.polygons]
    polygon = shapely.make_valid(MultiPolygon(rings), method="structure", keep_collapsed=False)
    return RegionShape(row.id, row.region, row.side, polygon, float(shapely.area(polygon)), row.label_at)


def canonical(view: str) -> str:
    """Return the view in which a mark is measured: a detail view counts like its parent.

    >>> canonical("head_front"), canonical("foot_left_sole")
    ('front', 'foot_left_sole')
    """
    return load_views()[view].crop_of or view


def mirrored_view(view: str) -> str:
    """Return the view that shows on the other side what this one shows.

    >>> mirrored_view("hand_left_palm"), mirrored_view("back")
    ('hand_right_palm', 'back')
    """
    swap = {"left": "right", "right": "left"}
    return "_".join(swap.get(word, word) for word in view.split("_"))


@lru_cache(maxsize=1)
def region_ids() -> tuple[str, ...]:
    """Return every region id with its side, in the order of the regions' own list."""
    ids = []
    for region in load_regions().values():
        sides = ("left", "right") if region.paired else ("mid",)
        ids += [f"{side}_{region.id}" for side in sides]
    return tuple(ids)


def normalize_region(name: str) -> NamedRegion:
    """Return the chart's regions for `name`. Raises Refused, with the nearest names, when there are none.

    >>> normalize_region("left_temple").ids, normalize_region("mid_lumbar").ids
    (('left_temple',), ('left_lumbar', 'right_lumbar'))
    >>> normalize_region("right_sacrum")
    NamedRegion(ids=('mid_sacrum',), hint='right')
    """
    known = load_regions()
    plain = "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())
    side, _, rest = plain.partition("_")
    if side in SIDES and rest in known:
        return _sided(side, rest, known[rest].paired)
    if plain in known and not known[plain].paired:
        return NamedRegion((f"mid_{plain}",))
    expected = "a region of the chart with its side, such as 'left_temple' or 'mid_sternum'"
    raise Refused(Fault("region", repr(name), expected, nearest(plain, region_ids())))


def _sided(side: str, region: str, paired: bool) -> NamedRegion:
    if paired and side == "mid":
        return NamedRegion((f"left_{region}", f"right_{region}"), "mid")
    if paired:
        return NamedRegion((f"{side}_{region}",))
    return NamedRegion((f"mid_{region}",), None if side == "mid" else side)
