"""Our own line drawings on the body chart: where a muscle is felt, and how to do an exercise."""

from __future__ import annotations

from functools import lru_cache

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.geometry import load_views, mirrored_view
from needlepoint.anatomy.picture.patterns import on_side
from needlepoint.anatomy.picture.zones import path_of, zone_shape
from needlepoint.anatomy.types import Muscle
from needlepoint.documents.leaflets.load import Place, load_stretches

__all__ = ["felt_picture", "stretch_picture"]

SKIN, LINE, MUSCLE, FELT, ARROW = "#f3ece6", "#8a7f77", "#0b6e69", "#c2410c", "#17211f"
WHOLE = ("front", "back", "left", "right")
GAP_MM = 70.0
UPWARD = "scale(1 -1)"  # outlines count upward; the paths of zones are flipped already
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{label}">'


@lru_cache(maxsize=512)
def felt_picture(muscle_id: str, side: str, label: str) -> str:
    """Return SVG of where the muscle is and where it is known to refer pain, in as many whole views as needed."""
    muscle = load_atlas().muscles[muscle_id]
    lies = frozenset(on_side(dict.fromkeys(muscle.lies_in, 1.0), side))
    felt = frozenset(
        name for point in muscle.points for name, weight in on_side(point.essential, side).items() if weight
    )
    views = load_views()
    shown = [name for name in WHOLE[:2] if (lies | felt) & views[name].parts.keys()]
    left_out = (lies | felt) - {part for name in shown for part in views[name].parts}
    shown += [name for name in WHOLE[2:] if left_out & views[name].parts.keys()][:1]
    body, at = [], 0.0
    for name in shown or ["front"]:
        x, _, width, _ = views[name].view_box
        body.append(f'<g transform="translate({at - x:.1f} 0)">{_figure(name, lies, felt)}</g>')
        at += width + GAP_MM
    y, height = views["front"].view_box[1], views["front"].view_box[3]
    return (
        HEAD.format(box=f"0 {y:.1f} {at - GAP_MM:.1f} {height:.1f}", label=label) + "".join(body) + "</svg>"
    )


def _figure(name: str, lies: frozenset[str], felt: frozenset[str]) -> str:
    """Return one whole view: the zone filled, the muscle's outline dashed."""
    painted = (
        f'<path d="{path_of(zone_shape(name, felt))}" fill="{FELT}" fill-opacity=".55"/>'
        f'<path d="{path_of(zone_shape(name, lies))}" fill="none" stroke="{MUSCLE}" stroke-width="9"'
        ' stroke-dasharray="22 12"/>'
    )
    return _body(name, 4) + painted + _lines(name, 2)


def _body(name: str, stroke: float) -> str:
    path = (
        f'<path d="{load_views()[name].outline}" fill="{SKIN}" stroke="{LINE}" stroke-width="{stroke:.1f}"/>'
    )
    return f'<g transform="{UPWARD}">{path}</g>'


def _lines(name: str, stroke: float) -> str:
    paths = "".join(f'<path d="{line}"/>' for line in load_views()[name].lines)
    return f'<g transform="{UPWARD}" fill="none" stroke="{LINE}" stroke-width="{stroke:.1f}">{paths}</g>'


@lru_cache(maxsize=256)
def stretch_picture(stretch: str, side: str, label: str, muscles: tuple[str, ...] = ()) -> str:
    """Return SVG of one exercise for the treated side: the named muscles (or all) in green, with arrows."""
    row = load_stretches()[stretch]
    mirror = side == "right"
    view = mirrored_view(row.view) if mirror else row.view
    # A picture of the whole body is mirrored; one of a side or a foot changes to its other view.
    u0, v0, u1, v1 = (-row.window[2], row.window[1], -row.window[0], row.window[3]) if mirror else row.window
    lies = _lies([load_atlas().muscles[id_] for id_ in muscles or row.muscles], side)
    stroke = (u1 - u0) / 55
    arrows = "".join(_arrow(arrow, mirror, stroke) for arrow in row.arrows)
    tint = f'<path d="{path_of(zone_shape(view, lies))}" fill="{MUSCLE}" fill-opacity=".35"/>'
    frame = HEAD.format(box=f"{u0:.1f} {-v1:.1f} {u1 - u0:.1f} {v1 - v0:.1f}", label=label)
    return frame + _body(view, stroke / 3) + tint + _lines(view, stroke / 6) + arrows + "</svg>"


def _lies(muscles: list[Muscle], side: str) -> frozenset[str]:
    return frozenset(name for muscle in muscles for name in on_side(dict.fromkeys(muscle.lies_in, 1.0), side))


def _arrow(places: tuple[Place, Place, Place], mirror: bool, stroke: float) -> str:
    """Return a bent line with an arrowhead at its end."""
    start, bend, end = (((-u if mirror else u), -v) for u, v in places)
    du, dv = end[0] - bend[0], end[1] - bend[1]
    length = (du * du + dv * dv) ** 0.5 or 1.0
    du, dv, size = du / length, dv / length, stroke * 2.6
    tip = (end[0] + du * size, end[1] + dv * size)
    left = (end[0] - dv * size * 0.8, end[1] + du * size * 0.8)
    right = (end[0] + dv * size * 0.8, end[1] - du * size * 0.8)
    line = f"M{start[0]:.1f} {start[1]:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    head = "L".join(f"{u:.1f} {v:.1f}" for u, v in (tip, left, right))
    return (
        f'<path d="{line}" fill="none" stroke="{ARROW}" stroke-width="{stroke:.1f}" stroke-linecap="round"/>'
        f'<path d="M{head}Z" fill="{ARROW}"/>'
    )
