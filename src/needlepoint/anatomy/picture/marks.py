"""The X marks: their place in each view, on either side, and the places of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from needlepoint.anatomy.geometry import canonical, load_views, mirrored_view
from needlepoint.anatomy.picture.figure import Card
from needlepoint.anatomy.picture.framing import Place
from needlepoint.anatomy.picture.ink import width_of
from needlepoint.anatomy.types import Muscle, TriggerPoint

ARM = 6.5  # half the X, in units of the page
LABEL = 13.0


def places_of(muscle: Muscle, point: TriggerPoint, side: str) -> dict[str, Place]:
    """Return where the point is: canonical view -> place in mm, on `side` (left or right).

    A point without a position is in the middle of the skin over the muscle.
    """
    if point.position:
        place = (point.position.u_mm, point.position.v_mm)
        if side == "left":
            return {canonical(point.position.view): place}
        return {canonical(mirrored_view(point.position.view)): (-place[0], place[1])}
    found: dict[str, Place] = {}
    for view in load_views().values():
        names = [f"{which}_{plain}" for plain in muscle.lies_in for which in (side, "mid")]
        seen = [name for name in names if name in view.parts]
        if seen and view.crop_of is None:
            found[view.id] = view.parts[seen[muscle.points.index(point) % len(seen)]].label_at
    return found


def cross(x: float, y: float) -> str:
    """Return an X at (x, y) of the page."""
    path = f"M{x - ARM:.1f} {y - ARM:.1f}l{2 * ARM:g} {2 * ARM:g}m0 {-2 * ARM:g}l{-2 * ARM:g} {2 * ARM:g}"
    return (
        f'<path d="{path}" stroke="var(--halo)" stroke-width="6.4" stroke-linecap="round" fill="none"/>'
        f'<path class="x" d="{path}" stroke="var(--x)" stroke-width="3" stroke-linecap="round" fill="none"/>'
    )


def numbered(card: Card, marks: Sequence[tuple[str, Place]]) -> str:
    """Return the X marks of a card with their numbers beside them, each where it covers no other mark."""
    spots = [(label, *card.place(place)) for label, place in marks]
    taken = [(x - ARM - 1, y - ARM - 1, x + ARM + 1, y + ARM + 1) for _, x, y in spots]
    parts = [cross(x, y) for _, x, y in spots]
    for label, x, y in spots:
        if label:
            box = _free_box(card, x, y, width_of(label, LABEL, bold=True), taken)
            taken.append(box)
            parts.append(_number(box[0], box[3] - 2.5, label))
    return "".join(parts)


Box = tuple[float, float, float, float]


def _free_box(card: Card, x: float, y: float, width: float, taken: Sequence[Box]) -> Box:
    gap, half = ARM + 3.5, LABEL / 2
    offsets = [(gap, -half), (-gap - width, -half), (-width / 2, gap - 1), (-width / 2, -gap - LABEL + 1)]
    offsets += [(gap * 0.8, -LABEL - 4), (gap * 0.8, 4), (-gap * 0.8 - width, -LABEL - 4)]
    boxes = [(x + dx, y + dy, x + dx + width, y + dy + LABEL) for dx, dy in offsets]
    free = [box for box in boxes if _inside(card, box) and not any(_meet(box, other) for other in taken)]
    return free[0] if free else boxes[0]


def _inside(card: Card, box: Box) -> bool:
    return (
        box[0] >= card.x + 3
        and box[1] >= card.y + 3
        and box[2] <= card.x + card.width - 3
        and box[3] <= card.y + card.height - 3
    )


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _number(x: float, y: float, label: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{LABEL:g}" font-weight="700" fill="var(--x)" stroke="var(--halo)"'
        f' stroke-width="3.4" stroke-linejoin="round" paint-order="stroke">{escape(label)}</text>'
    )
