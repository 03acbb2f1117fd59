"""A small figure for PDFs: the outline from the front and the back, with the painful regions."""

from __future__ import annotations

from collections.abc import Mapping

from needlepoint.anatomy.geometry import load_views
from needlepoint.anatomy.picture.ink import intensity_color
from needlepoint.anatomy.picture.zones import path_of

__all__ = ["small_figure"]

VIEWS = ("front", "back", "left", "right")
GAP_MM = 60
UPWARD = "scale(1 -1)"  # outlines count upward; the paths of regions are flipped already


def small_figure(regions: Mapping[str, float]) -> str:
    """Return the views that show any of `regions` (region id -> intensity 0 to 10), in a row; at least the front."""
    views = load_views()
    shown = [name for name in VIEWS[:2] if any(region in views[name].parts for region in regions)]
    missing = [region for region in regions if not any(region in views[name].parts for name in shown)]
    shown += [name for name in VIEWS[2:] if any(region in views[name].parts for region in missing)]
    body, at = [], 0.0
    for name in shown or ["front"]:
        x, _, width, _ = views[name].view_box
        body.append(f'<g transform="translate({at - x:.1f} 0)">{_one(name, regions)}</g>')
        at += width + GAP_MM
    y, height = views["front"].view_box[1], views["front"].view_box[3]
    box = f"0 {y:.1f} {at - GAP_MM:.1f} {height:.1f}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{"".join(body)}</svg>'


def _one(name: str, regions: Mapping[str, float]) -> str:
    view = load_views()[name]
    painted = "".join(
        f'<path d="{path_of(view.parts[region].polygon)}" fill="{intensity_color(intensity)}" fill-opacity="0.7"/>'
        for region, intensity in regions.items()
        if region in view.parts
    )
    lines = "".join(
        f'<path d="{line}" fill="none" stroke="#8a7f77" stroke-width="2"/>' for line in view.lines
    )
    outline = f'<path d="{view.outline}" fill="#f3ece6" stroke="#8a7f77" stroke-width="4"/>'
    return f'<g transform="{UPWARD}">{outline}</g>{painted}<g transform="{UPWARD}">{lines}</g>'
