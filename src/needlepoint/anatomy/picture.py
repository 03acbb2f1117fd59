"""Pictures as SVG: a muscle's page of the atlas, and a complaint with its leading muscles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import resvg_py
import shapely
from shapely.geometry.base import BaseGeometry

from needlepoint.anatomy.geometry import View, load_views
from needlepoint.anatomy.load import load_atlas, split_region
from needlepoint.anatomy.types import Muscle, TriggerPoint

OTHER = {"left": "right", "right": "left"}
PANEL_W, PANEL_H, GAP, TOP = 420, 520, 28, 130
STYLE = """
:root{--paper:#fbfaf8;--ink:#1f2933;--soft:#6b7785;--skin:#eadfd6;--edge:#b9a99b;--zone:#d1323c;--x:#111}
@media (prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#eef1f4;--soft:#9aa5b1;--skin:#4a443f;--edge:#7d7168;
--zone:#ff5a62;--x:#fff}}
text{font-family:'Inter','Helvetica Neue',Arial,'DejaVu Sans',sans-serif}
"""
# resvg reads no CSS variables: for PNG the light values stand in their place.
LIGHT = {
    "var(--paper)": "#fbfaf8",
    "var(--ink)": "#1f2933",
    "var(--soft)": "#6b7785",
    "var(--skin)": "#eadfd6",
    "var(--edge)": "#b9a99b",
    "var(--zone)": "#d1323c",
    "var(--x)": "#111111",
}
WORDS = {
    "en": {"mostly": "felt mostly", "sometimes": "felt sometimes", "x": "usual place", "pain": "pain"},
    "es": {"mostly": "se siente sobre todo", "sometimes": "a veces", "x": "lugar usual", "pain": "dolor"},
}
VIEW_NAMES = {
    "en": {"front": "front", "back": "back", "left": "left side", "right": "right side"},
    "es": {"front": "frente", "back": "espalda", "left": "lado izquierdo", "right": "lado derecho"},
}


def to_png(svg: str, width_px: int = 1600) -> bytes:
    """An SVG of this module as PNG bytes, `width_px` wide, in the light colours."""
    for variable, colour in LIGHT.items():
        svg = svg.replace(variable, colour)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width_px))


def atlas_page(muscle: Muscle, side: str = "right", lang: str = "en") -> str:
    """One page of the atlas: a panel for each view that shows the muscle's zones, and a legend of its points."""
    if not muscle.paired:
        side = "right"
    essential, spill = _zones(muscle.points, side)
    marks = [(str(n), _place(muscle, point, side)) for n, point in enumerate(muscle.points, 1)]
    panels = [
        _panel(view, essential, spill, marks, index, lang)
        for index, view in enumerate(_views_for({**spill, **essential}))
    ]
    words = WORDS[lang]
    name = muscle.name if lang == "en" else muscle.name_es
    legend = [(f"X{n}", f"{point.name}: {point.landmark}") for n, point in enumerate(muscle.points, 1)]
    key = f"{words['mostly']}  ·  {words['sometimes']}"
    return _page(name.capitalize(), muscle.latin, panels, legend, key)


def complaint_picture(
    regions: Mapping[str, float],
    muscles: Sequence[tuple[Muscle, str, float]] = (),
    lang: str = "en",
) -> str:
    """The painful regions (id -> intensity 0-10) with the likeliest points of the leading muscles."""
    strength = {name: max(0.25, intensity / 10) for name, intensity in regions.items()}
    marks = []
    legend = []
    for number, (muscle, side, probability) in enumerate(muscles, 1):
        point = max(muscle.points, key=lambda item: item.share)
        marks.append((str(number), _place(muscle, point, "right" if side == "midline" else side)))
        name = muscle.name if lang == "en" else muscle.name_es
        legend.append((f"X{number}", f"{name} ({probability:.0%})"))
    panels = [
        _panel(view, strength, {}, marks, index, lang) for index, view in enumerate(_views_for(strength))
    ]
    return _page(WORDS[lang]["pain"].capitalize(), "", panels, legend, "")


def _zones(points: Sequence[TriggerPoint], side: str) -> tuple[dict[str, float], dict[str, float]]:
    """Region id -> weight of the essential and of the spill-over zones of all points together."""
    essential: dict[str, float] = {}
    spill: dict[str, float] = {}
    for point in points:
        for zone, found in ((point.essential, essential), (point.spill, spill)):
            for key, weight in zone.items():
                for region in _sided(key, side):
                    found[region] = max(found.get(region, 0.0), weight)
    return essential, {region: weight for region, weight in spill.items() if region not in essential}


def _sided(key: str, side: str) -> list[str]:
    where, plain = split_region(key)
    if not load_atlas().regions[plain].paired:
        return [f"mid_{plain}"]
    if where == "both":
        return [f"left_{plain}", f"right_{plain}"]
    return [f"{OTHER[side] if where == 'opposite' else side}_{plain}"]


def _views_for(weights: Mapping[str, float], most: int = 3) -> list[str]:
    """The fewest whole-body views that show every weighted region well, most telling first."""
    views = [view for view in load_views().values() if view.crop_of is None]
    left = dict(weights)
    chosen: list[str] = []
    while left and len(chosen) < most:
        best = max(
            views, key=lambda view: sum(_shown(view, region) * weight for region, weight in left.items())
        )
        chosen.append(best.id)
        left = {region: weight for region, weight in left.items() if _shown(best, region) < 0.5}
    return chosen


def _shown(view: View, region: str) -> float:
    """How well a view shows a region: its area there against the view that shows it largest."""
    largest = max(other.parts[region].area_mm2 for other in load_views().values() if region in other.parts)
    return view.parts[region].area_mm2 / largest if region in view.parts else 0.0


def _place(muscle: Muscle, point: TriggerPoint, side: str) -> dict[str, tuple[float, float]]:
    """Where the X stands in each view: the point's own position, or the middle of where the muscle lies."""
    if point.position:
        sign = 1.0 if side == "left" else -1.0
        return {point.position.view: (sign * point.position.u_mm, point.position.v_mm)}
    found = {}
    for view in load_views().values():
        names = [f"{side}_{plain}" for plain in muscle.lies_in] + [f"mid_{plain}" for plain in muscle.lies_in]
        shown = [name for name in names if name in view.parts]
        if shown:
            found[view.id] = view.parts[shown[(muscle.points.index(point)) % len(shown)]].label_at
    return found


def _panel(
    view_id: str,
    essential: Mapping[str, float],
    spill: Mapping[str, float],
    marks: Sequence[tuple[str, Mapping[str, tuple[float, float]]]],
    index: int,
    lang: str,
) -> str:
    view = load_views()[view_id]
    shapes = [view.parts[name].polygon for name in (*essential, *spill) if name in view.parts]
    u0, v0, u1, v1 = _window(view, shapes, [places[view_id] for _, places in marks if view_id in places])
    scale = PANEL_W / (u1 - u0)
    zone = f"zone{index}"
    parts = [
        f'<svg x="{index * (PANEL_W + GAP)}" y="0" width="{PANEL_W}" height="{PANEL_H}" viewBox="{u0:.1f}'
        f' {-v1:.1f} {u1 - u0:.1f} {v1 - v0:.1f}"><defs><filter id="{zone}" x="-20%" y="-20%" width="140%"'
        f' height="140%"><feGaussianBlur stdDeviation="{5 / scale:.2f}"/></filter>'
        f'<clipPath id="body{index}"><path transform="scale(1 -1)" d="{view.outline}"/></clipPath></defs>',
        f'<g transform="scale(1 -1)"><path d="{view.outline}" fill="var(--skin)" stroke="var(--edge)"'
        f' stroke-width="{1.6 / scale:.2f}"/>',
        *(
            f'<path d="{line}" fill="none" stroke="var(--edge)" stroke-width="{1 / scale:.2f}"/>'
            for line in view.lines
        ),
        "</g>",
        f'<g clip-path="url(#body{index})"><g filter="url(#{zone})" transform="scale(1 -1)">',
        *(_blob(view, name, 0.18 + 0.25 * weight) for name, weight in spill.items() if name in view.parts),
        *(_blob(view, name, 0.35 + 0.5 * weight) for name, weight in essential.items() if name in view.parts),
        "</g></g>",
        *(_cross(places[view_id], label, scale) for label, places in marks if view_id in places),
        "</svg>",
        f'<text x="{index * (PANEL_W + GAP) + PANEL_W / 2}" y="{PANEL_H + 22}" text-anchor="middle"'
        f' font-size="15" fill="var(--soft)">{escape(VIEW_NAMES[lang].get(view_id, view_id))}</text>',
    ]
    return "".join(parts)


def _window(
    view: View, shapes: Sequence[BaseGeometry], places: Sequence[tuple[float, float]]
) -> tuple[float, float, float, float]:
    """The part of a view to show: zones and points with air around them, in the panel's proportions."""
    points = shapely.MultiPoint(list(places)) if places else shapely.MultiPoint()
    u0, v0, u1, v1 = shapely.union_all([*shapes, points]).bounds
    height = max((v1 - v0) * 1.35, (u1 - u0) * 1.5 * PANEL_H / PANEL_W, 330.0)
    width = height * PANEL_W / PANEL_H
    u, v = (u0 + u1) / 2, (v0 + v1) / 2
    return u - width / 2, v - height / 2, u + width / 2, v + height / 2


def _blob(view: View, name: str, opacity: float) -> str:
    polygon = view.parts[name].polygon
    rings = []
    for part in getattr(polygon, "geoms", [polygon]):
        for ring in (part.exterior, *part.interiors):
            rings.append("M" + "L".join(f"{u:.1f} {v:.1f}" for u, v in ring.coords) + "Z")
    return f'<path d="{"".join(rings)}" fill="var(--zone)" fill-opacity="{opacity:.2f}" fill-rule="evenodd"/>'


def _cross(place: tuple[float, float], label: str, scale: float) -> str:
    u, v, arm = place[0], -place[1], 8 / scale
    stroke = f'stroke-width="{3 / scale:.2f}" stroke-linecap="round"'
    return (
        f'<path d="M{u - arm:.1f} {v - arm:.1f}L{u + arm:.1f} {v + arm:.1f}M{u - arm:.1f} {v + arm:.1f}'
        f'L{u + arm:.1f} {v - arm:.1f}" stroke="var(--x)" {stroke}/>'
        f'<text x="{u + arm * 1.5:.1f}" y="{v + arm * 0.6:.1f}" font-size="{17 / scale:.1f}" font-weight="700"'
        f' fill="var(--x)">{label}</text>'
    )


def _page(
    title: str, subtitle: str, panels: Sequence[str], legend: Sequence[tuple[str, str]], key: str
) -> str:
    width = max(len(panels) * (PANEL_W + GAP) - GAP, 640) + 2 * 40
    line, start = 26, TOP + PANEL_H + 70
    height = start + line * len(legend) + (40 if key else 10)
    most = max(int((width - 130) / 8.2), 20)
    rows = "".join(
        f'<text x="40" y="{start + line * n}" font-size="16" font-weight="700" fill="var(--x)">{mark}</text>'
        f'<text x="84" y="{start + line * n}" font-size="16" fill="var(--ink)">{escape(_cut(words, most))}</text>'
        for n, (mark, words) in enumerate(legend)
    )
    colours = (
        f'<rect x="40" y="{height - 36}" width="26" height="14" rx="4" fill="var(--zone)" fill-opacity=".8"/>'
        f'<rect x="70" y="{height - 36}" width="26" height="14" rx="4" fill="var(--zone)" fill-opacity=".28"/>'
        f'<text x="106" y="{height - 24}" font-size="14" fill="var(--soft)">{escape(key)}</text>'
        if key
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}"><title>{escape(title)}</title><style>{STYLE}</style>'
        f'<rect width="{width}" height="{height}" fill="var(--paper)"/>'
        f'<text x="40" y="62" font-size="34" font-weight="700" fill="var(--ink)">{escape(title)}</text>'
        f'<text x="40" y="94" font-size="19" font-style="italic" fill="var(--soft)">{escape(subtitle)}</text>'
        f'<g transform="translate(40 {TOP})">{"".join(panels)}</g>{rows}{colours}</svg>'
    )


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
