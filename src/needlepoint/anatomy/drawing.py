"""A pain drawing as marks on the body chart, and the regions that it covers; and a list of regions as a drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from needlepoint.anatomy.geometry import canonical, load_views, region_ids
from needlepoint.anatomy.load import DATA
from needlepoint.anatomy.marks import Drawing, Mark
from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.base.refusal import Fault, Refused, nearest, read_as

__all__ = [
    "KINDS",
    "Drawing",
    "Mark",
    "TouchedRegion",
    "TouchedRegions",
    "cover",
    "drawing_of",
    "limits",
    "read_drawing",
    "shape_of",
]

KINDS = {"polygon": 3, "stroke": 2, "point": 1}  # kind -> fewest points


class TouchedRegion(msgspec.Struct, frozen=True):
    """How a drawing covers one region: the greatest share of its area in one view, and the intensities."""

    share: float
    greatest_intensity: float
    painful: bool


class TouchedRegions(msgspec.Struct, frozen=True):
    """The regions that a drawing touches."""

    regions: dict[str, TouchedRegion]

    @property
    def painful(self) -> dict[str, float]:
        """Return region id -> greatest intensity, of the regions that count as painful."""
        return {name: found.greatest_intensity for name, found in self.regions.items() if found.painful}


class _Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    value: float
    unit: str
    why: str
    certainty: Certainty
    source: list[str]


@lru_cache(maxsize=1)
def limits() -> dict[str, float]:
    """Return the limits and thresholds of `data/drawing/limits.toml` by id."""
    found = rows(DATA / "drawing" / "limits.toml", _Limit, "limit")
    for limit in found:
        cite(DATA, limit.source, f"limits.toml {limit.id}")
    return {limit.id: limit.value for limit in found}


def read_drawing(obj: Any, where: str = "drawing") -> Drawing:
    """Return a plain object ({'marks': [...]} or a list of marks) as a Drawing; Refused with every fault at once."""
    marks = obj.get("marks") if isinstance(obj, dict) else obj
    if not isinstance(marks, list):
        raise Refused(Fault(where, type(marks).__name__, "an object with a list of 'marks'"))
    if not marks:
        raise Refused(Fault(where, "no mark", "at least one mark on the body"))
    if len(marks) > limits()["most_marks"]:
        most = f"at most {limits()['most_marks']:.0f}"
        raise Refused(Fault(where, f"{len(marks)} marks", most, "Draw areas instead of many short strokes."))
    read = read_as(marks, list[Mark], f"{where}.marks")
    faults = [fault for index, mark in enumerate(read) for fault in _faults(mark, f"{where}.marks[{index}]")]
    points = sum(len(mark.points_mm) for mark in read)
    if points > limits()["most_points"]:
        faults.append(Fault(where, f"{points} points", f"at most {limits()['most_points']:.0f}"))
    if faults:
        raise Refused(faults)
    return Drawing(tuple(read))


def _faults(mark: Mark, where: str) -> list[Fault]:
    faults = []
    if mark.view not in load_views():
        hint = nearest(mark.view, load_views())
        faults.append(Fault(f"{where}.view", repr(mark.view), "a view of the body chart", hint))
    if mark.kind not in KINDS:
        faults.append(Fault(f"{where}.kind", repr(mark.kind), "polygon, stroke or point"))
    elif len(mark.points_mm) < KINDS[mark.kind]:
        given = f"{len(mark.points_mm)} points"
        faults.append(Fault(f"{where}.points_mm", given, f"at least {KINDS[mark.kind]} for a {mark.kind}"))
    far = limits()["greatest_coordinate"]
    if not all(abs(number) <= far for point in mark.points_mm for number in point):  # false for NaN too
        expected = f"mm on the chart, from {-far:.0f} to {far:.0f}"
        faults.append(Fault(f"{where}.points_mm", "a coordinate that is none or far off", expected))
    if not (math.isfinite(mark.intensity) and 0 <= mark.intensity <= limits()["greatest_intensity"]):
        faults.append(Fault(f"{where}.intensity", str(mark.intensity), "an intensity from 0 to 10"))
    if mark.width_mm is not None and not 0 < mark.width_mm <= limits()["greatest_width"]:
        most = f"a width above 0 and at most {limits()['greatest_width']:.0f} mm"
        faults.append(Fault(f"{where}.width_mm", str(mark.width_mm), most))
    if not faults and not shapely.intersects(shape_of(mark), load_views()[mark.view].body):
        faults.append(Fault(where, "a mark off the body", "a mark on the figure", "Is it in the right view?"))
    return faults


def shape_of(mark: Mark) -> BaseGeometry:
    """Return the area of skin of a mark, in mm of its view. A self-crossing polygon is repaired."""
    if mark.kind == "polygon":
        return shapely.make_valid(shapely.Polygon(mark.points_mm))
    if mark.kind == "point" or len(set(mark.points_mm)) == 1:
        radius = (mark.width_mm or limits()["point_width"]) / 2
        return shapely.buffer(shapely.MultiPoint(mark.points_mm), radius)
    line = shapely.simplify(shapely.LineString(mark.points_mm), limits()["simplify_within"])
    return shapely.buffer(line, (mark.width_mm or limits()["usual_width"]) / 2, quad_segs=4)


def cover(drawing: Drawing) -> TouchedRegions:
    """Return which regions a drawing covers, how much of each, and which count as painful."""
    found: dict[str, TouchedRegion] = {}
    by_view: dict[str, list[tuple[BaseGeometry, float]]] = {}
    for mark in drawing.marks:
        by_view.setdefault(canonical(mark.view), []).append((shape_of(mark), mark.intensity))
    for view, shapes in by_view.items():
        for name, covered in _cover_view(view, shapes).items():
            known = found.get(name)
            found[name] = covered if known is None else _widest(known, covered)
    return TouchedRegions(found)


def _widest(one: TouchedRegion, other: TouchedRegion) -> TouchedRegion:
    return TouchedRegion(
        share=max(one.share, other.share),
        greatest_intensity=max(one.greatest_intensity, other.greatest_intensity),
        painful=one.painful or other.painful,
    )


@lru_cache(maxsize=32)
def _tree(view: str) -> tuple[tuple[str, ...], shapely.STRtree]:
    parts = load_views()[view].parts
    return tuple(parts), shapely.STRtree([part.polygon for part in parts.values()])


def _cover_view(view: str, shapes: list[tuple[BaseGeometry, float]]) -> dict[str, TouchedRegion]:
    names, tree = _tree(view)
    parts = load_views()[view].parts
    touching: dict[str, list[tuple[BaseGeometry, float, float]]] = {}
    for shape, intensity in shapes:
        for index in tree.query(shape, predicate="intersects"):
            name = names[index]
            overlap = shapely.intersection(shape, parts[name].polygon)
            if overlap.area > 0.0:
                touching.setdefault(name, []).append((overlap, intensity, overlap.area / shape.area))
    found = {}
    for name, overlaps in touching.items():
        area = shapely.union_all([overlap for overlap, _, _ in overlaps]).area
        share = min(area / parts[name].area_mm2, 1.0)
        mostly = any(part >= limits()["painful_mark_share"] for _, _, part in overlaps)
        intensity = max(given for _, given, _ in overlaps)
        painful = intensity > 0 and (share >= limits()["painful_region_share"] or mostly)
        found[name] = TouchedRegion(share=share, greatest_intensity=intensity, painful=painful)
    return found


def drawing_of(regions: Mapping[str, float]) -> Drawing:
    """Return the drawing that covers just these regions (region id -> intensity), each in its best view."""
    unknown = [name for name in regions if name not in region_ids()]
    if unknown:
        raise Refused(
            Fault(f"regions.{name}", repr(name), "a region id of the chart", nearest(name, region_ids()))
            for name in unknown
        )
    return Drawing(tuple(_region_mark(name, intensity) for name, intensity in regions.items()))


def _region_mark(name: str, intensity: float) -> Mark:
    view = _best_view(name)
    polygon = load_views()[view].parts[name].polygon
    largest = max(getattr(polygon, "geoms", [polygon]), key=lambda part: part.area)
    inner = shapely.buffer(largest, -math.sqrt(largest.area) * 0.05)
    whole = max(getattr(inner, "geoms", [inner]), key=lambda part: part.area)
    if whole.is_empty or whole.area < largest.area * 0.3:
        whole = largest
    points = [(float(u), float(v)) for u, v in shapely.get_coordinates(whole.exterior)[:-1]]
    return Mark(view=view, kind="polygon", points_mm=points, intensity=intensity)


@cache
def _best_view(name: str) -> str:
    whole = [view for view in load_views().values() if view.crop_of is None and name in view.parts]
    return max(whole, key=lambda view: view.parts[name].area_mm2).id
