"""Which views show a pattern, and which part of each: whole-body views cropped close, or the detail views."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import shapely
from shapely.geometry.base import BaseGeometry

from needlepoint.anatomy.geometry import View, canonical, load_views
from needlepoint.anatomy.picture.figure import Card, Window

Place = tuple[float, float]
LEAST_MM = 390.0  # the smallest height of a window on a whole-body view: a smaller one is hard to locate
TINY = 30.0  # a region narrower than this on its card, in units of the page, gets a close-up
CUT_MM = 3.0  # hidden part of a detail view where the drawing cuts the body
AIR = 1.28  # ratio of a window to its required content
EDGE_MM = 14.0  # margin around a whole view
WELL = 0.5  # a region counts as shown when a view shows this share of its largest area in any view
DETAIL_BONUS = 1.3
SLIGHT = 0.25  # weight below which a further view is not worth a card
SLIGHTEST = 0.05  # the same for a second view of what is shown already


@cache
def shown(view_id: str, region: str) -> float:
    """Return how well a view shows a region: its area there relative to the view that shows it largest."""
    views = load_views()
    if region not in views[view_id].parts:
        return 0.0
    largest = max(other.parts[region].area_mm2 for other in views.values() if region in other.parts)
    return views[view_id].parts[region].area_mm2 / largest


def choose_views(
    weights: Mapping[str, float], needed: Sequence[str] = (), least: int = 2, most: int = 3
) -> list[str]:
    """Return `needed` and the fewest further views, feet included, that show every weighted region well; best first."""
    views = [view.id for view in load_views().values() if view.crop_of is None]
    chosen = list(dict.fromkeys(needed))[:most]
    left = {name: w for name, w in weights.items() if all(shown(view, name) < WELL for view in chosen)}
    while len(chosen) < most:
        rest = [view for view in views if view not in chosen]
        best, gain = _best_of(rest, left, weights)
        if gain < SLIGHT:
            best, gain = _best_of(rest, weights, weights)
            if len(chosen) >= least or gain < SLIGHTEST:
                break
        chosen.append(best)
        left = {name: w for name, w in left.items() if shown(best, name) < WELL}
    return chosen or ["front"]


def _best_of(rest: Sequence[str], left: Mapping[str, float], every: Mapping[str, float]) -> tuple[str, float]:
    """Return (view that shows most of `left`, how much); views with a detail view count for more."""
    gain = {
        view: sum(shown(view, name) * w for name, w in left.items())
        * (DETAIL_BONUS if closest_view(view, list(every), ()) != view else 1.0)
        for view in rest
    }
    best = max(rest, key=lambda view: gain[view])
    return best, gain[best]


def closest_view(view_id: str, names: Sequence[str], places: Sequence[Place]) -> str:
    """Return the detail view that contains all regions and places of a whole-body view, or the view itself."""
    view = load_views()[view_id]
    seen = [name for name in names if name in view.parts]
    for detail in load_views().values():
        if detail.crop_of == view_id and seen and _holds(detail, view, seen, places):
            return detail.id
    return view_id


def _holds(detail: View, whole: View, names: Sequence[str], places: Sequence[Place]) -> bool:
    kept = [
        name in detail.parts and detail.parts[name].area_mm2 >= 0.8 * whole.parts[name].area_mm2
        for name in names
    ]
    return all(kept) and all(box_of(detail).holds(place) for place in places)


def close_up(weights: Mapping[str, float], cards: Sequence[Card]) -> str:
    """Return a detail view for what the cards show too small, such as fingers; '' when none is worth it."""
    tiny = {name: w for name, w in weights.items() if max(_width_on(card, name) for card in cards) < TINY}
    there = {card.view for card in cards}
    gain = {
        view.id: sum(shown(view.id, name) * w for name, w in tiny.items() if shown(view.id, name) >= WELL)
        for view in load_views().values()
        if view.crop_of and view.id not in there
    }
    best = max(gain, key=lambda view: gain[view], default="")
    return best if best and gain[best] >= 2 * SLIGHT else ""


def _width_on(card: Card, region: str) -> float:
    part = load_views()[card.view].parts.get(region)
    return math.sqrt(part.area_mm2) * card.scale if part else 0.0


def box_of(view: View) -> Window:
    """Return all of a view."""
    x, y, width, height = view.view_box
    return Window(x, -y - height, x + width, -y)


def window_of(view_id: str, shapes: Sequence[BaseGeometry], places: Sequence[Place], aspect: float) -> Window:
    """Return the part of a view that contains the shapes and places with a margin; `aspect` is width divided by height.

    A detail view and a foot are always shown whole.
    """
    view = load_views()[view_id]
    box = box_of(view)
    if view_id != canonical(view_id) or view_id.startswith("foot"):
        return _whole(view_id, box, aspect)
    points = shapely.MultiPoint(list(places)) if places else shapely.MultiPoint()
    around = shapely.union_all([*shapes, points])
    u0, v0, u1, v1 = box if around.is_empty else around.bounds
    return _fitted(Window(u0, v0, u1, v1), box, aspect, AIR, LEAST_MM)


def _whole(view_id: str, box: Window, aspect: float) -> Window:
    """Return all of a detail view; where the drawing cuts through neck or forearm, the card's own edge cuts."""
    height = max(box.height * 1.03, box.width * 1.03 / aspect)
    u, v = (box.u0 + box.u1) / 2, (box.v0 + box.v1) / 2
    _, lowest, _, highest = load_views()[view_id].body.bounds
    if view_id.startswith("head"):
        v = lowest + CUT_MM + height / 2
    if view_id.startswith("hand"):
        v = highest - CUT_MM - height / 2
    width = height * aspect
    return Window(u - width / 2, v - height / 2, u + width / 2, v + height / 2)


def _fitted(inner: Window, box: Window, aspect: float, air: float, least: float = 0.0) -> Window:
    """Return a window of the aspect around `inner`, moved back into the view where it would show nothing."""
    height = max(inner.height * air, inner.width * air / aspect, least)
    height = min(height, max(box.height + 2 * EDGE_MM, (box.width + 2 * EDGE_MM) / aspect))
    width = height * aspect
    slack = min((air - 1) / 2 * height * 0.5, (width - inner.width) / 2)
    # As near the middle of the figure as `inner` with its margin allows: half a figure is harder to read.
    u = min(max((box.u0 + box.u1) / 2, inner.u1 + slack - width / 2), inner.u0 - slack + width / 2)
    u = _drawn_in(u, width, box.u0 - EDGE_MM, box.u1 + EDGE_MM)
    v = _drawn_in((inner.v0 + inner.v1) / 2, height, box.v0 - EDGE_MM, box.v1 + EDGE_MM)
    return Window(u - width / 2, v - height / 2, u + width / 2, v + height / 2)


def _drawn_in(middle: float, length: float, low: float, high: float) -> float:
    if length >= high - low:
        return (low + high) / 2
    return min(max(middle, low + length / 2), high - length / 2)
