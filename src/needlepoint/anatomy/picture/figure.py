"""The figure itself: skin, paint, shade and lines of one view, cropped to a window and placed in a card."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import msgspec

from needlepoint.anatomy.geometry import GEOMETRY, load_views
from needlepoint.anatomy.picture import words
from needlepoint.anatomy.picture.ink import SMALL, text
from needlepoint.anatomy.picture.zones import TILE, stipple

SHADING = GEOMETRY / "shading"
COARSE_MM = 520.0  # a taller window needs no fine shading
SHADE_DEPTH = 0.86
CORNER = 10.0
CAPTION = 20.0  # space for the caption below a card
SIDED_VIEWS = {"front": "right", "head_front": "right", "back": "left", "head_back": "left"}


class Window(NamedTuple):
    """The part of a view that a card shows, in mm (v upward)."""

    u0: float
    v0: float
    u1: float
    v1: float

    @property
    def width(self) -> float:
        """In mm."""
        return self.u1 - self.u0

    @property
    def height(self) -> float:
        """In mm."""
        return self.v1 - self.v0

    def holds(self, place: tuple[float, float]) -> bool:
        """Return whether a place is inside."""
        return self.u0 <= place[0] <= self.u1 and self.v0 <= place[1] <= self.v1


class Card(NamedTuple):
    """A window's place on the page, in units of the page."""

    x: float
    y: float
    width: float
    height: float
    view: str
    window: Window

    @property
    def scale(self) -> float:
        """Return units of the page for one mm."""
        return self.width / self.window.width

    def place(self, spot: tuple[float, float]) -> tuple[float, float]:
        """Return the place on the page of a place in the view."""
        return (
            self.x + (spot[0] - self.window.u0) * self.scale,
            self.y + (self.window.v1 - spot[1]) * self.scale,
        )

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """Return the place in the view of a place on the page, the inverse of `place`."""
        return (
            self.window.u0 + (x - self.x) / self.scale,
            self.window.v1 - (y - self.y) / self.scale,
        )


class Tile(msgspec.Struct, frozen=True):
    """One shading picture: its file and its box (x, y, width, height) in mm, v downward."""

    file: str
    box: tuple[float, float, float, float]


class ViewIndex(msgspec.Struct, frozen=True):
    """The pictures of one view of the body, and the section at which a foot is cut off (u, v in mm; else empty)."""

    tiles: tuple[Tile, ...]
    cut: tuple[tuple[float, float], ...]


@cache
def _index() -> dict[str, ViewIndex]:
    return msgspec.json.decode((SHADING / "index.json").read_bytes(), type=dict[str, ViewIndex])


def _cut(view: str, px: float) -> str:
    """Return the cut surface of the leg above a foot that is seen from above; '' in other views."""
    ring = _index()[view].cut
    if not ring:
        return ""
    path = "M" + "L".join(f"{u} {-v}" for u, v in ring) + "Z"
    return f'<path d="{path}" fill="var(--line)" stroke="var(--edge)" stroke-width="{0.8 * px:.3f}"/>'


def tiles_of(card: Card) -> list[Tile]:
    """Return the shading pictures that a card needs: the coarse one, or the fine bands in its window."""
    coarse, *fine = _index()[card.view].tiles
    if not fine or card.window.height > COARSE_MM:
        return [coarse]
    top, bottom = -card.window.v1, -card.window.v0
    return [tile for tile in fine if tile.box[1] < bottom and top < tile.box[1] + tile.box[3]]


@cache
def _data_of(file: str) -> str:
    return f"data:image/webp;base64,{base64.b64encode((SHADING / file).read_bytes()).decode()}"


def figure_defs(id_: str, cards: Sequence[Card], minis: Iterable[str] = ()) -> str:
    """Return shared definitions of a picture: outlines of its views, lines and shading of its cards, the stipple."""
    shaded = list(dict.fromkeys(card.view for card in cards))
    tiles = dict.fromkeys(tile for card in cards for tile in tiles_of(card))
    outlines = (
        f'<path id="{id_}-{name}" transform="scale(1 -1)" d="{load_views()[name].outline}"/>'
        for name in dict.fromkeys([*shaded, *minis])
    )
    dots = f'<pattern id="{id_}-dots" patternUnits="userSpaceOnUse" width="{TILE:g}" height="{TILE:g}">'
    return "".join(
        [
            f"{dots}{stipple()}</pattern>",
            *outlines,
            *(_view_defs(id_, name) for name in shaded),
            *(_tile_def(id_, tile) for tile in tiles),
        ]
    )


def _view_defs(id_: str, name: str) -> str:
    lines = "".join(f'<path d="{line}"/>' for line in load_views()[name].lines)
    return (
        f'<g id="{id_}-lines-{name}" transform="scale(1 -1)">{lines}</g>'
        f'<clipPath id="{id_}-clip-{name}"><use href="#{id_}-{name}"/></clipPath>'
    )


def _tile_def(id_: str, tile: Tile) -> str:
    x, y, width, height = tile.box
    return (
        f'<image id="{id_}-{tile.file}" x="{x}" y="{y}" width="{width}" height="{height}"'
        f' preserveAspectRatio="none" href="{_data_of(tile.file)}"/>'
    )


def card_frame(card: Card) -> str:
    """Return the background of a figure; `card_corners` rounds what is drawn on it."""
    return (
        f'<rect x="{card.x:.1f}" y="{card.y:.1f}" width="{card.width:.1f}" height="{card.height:.1f}"'
        f' rx="{CORNER:g}" fill="var(--card)"/>'
    )


def card_corners(card: Card) -> str:
    """Return paper-colored corners over a card, so that a figure at its edge is clipped as round as the card."""
    r, w, h = CORNER, card.width, card.height
    arc = f"A{r} {r} 0 0 1"
    left, top, right, low = card.x, card.y, card.x + w, card.y + h
    return (
        f'<path fill="var(--paper)" fill-rule="evenodd" d="M{left - 1:.1f} {top - 1:.1f}h{w + 2:.1f}v{h + 2:.1f}'
        f"h{-w - 2:.1f}zM{left + r:.1f} {top:.1f}H{right - r:.1f}{arc} {right:.1f} {top + r:.1f}V{low - r:.1f}"
        f"{arc} {right - r:.1f} {low:.1f}H{left + r:.1f}{arc} {left:.1f} {low - r:.1f}V{top + r:.1f}"
        f'{arc} {left + r:.1f} {top:.1f}z"/>'
    )


def figure(id_: str, card: Card, paint: str) -> str:
    """Return the view in its card: `paint` (SVG in mm of the view, v downward) is between skin and shade."""
    name, window = card.view, card.window
    px = 1 / card.scale
    ref = f"{id_}-{name}"
    mask = f"{id_}-mask-{card.x:.0f}-{card.y:.0f}"
    box = f'x="{window.u0:.2f}" y="{-window.v1:.2f}" width="{window.width:.2f}" height="{window.height:.2f}"'
    tiles = "".join(f'<use href="#{id_}-{tile.file}"/>' for tile in tiles_of(card))
    return (
        f'<svg x="{card.x:.1f}" y="{card.y:.1f}" width="{card.width:.1f}" height="{card.height:.1f}"'
        f' viewBox="{window.u0:.2f} {-window.v1:.2f} {window.width:.2f} {window.height:.2f}">'
        f'<g clip-path="url(#{id_}-clip-{name})"><use href="#{ref}" fill="var(--skin)"/>{paint}'
        f'<mask id="{mask}" maskUnits="userSpaceOnUse" {box}>{tiles}</mask>'
        f'<rect {box} fill="var(--shade)" fill-opacity="{SHADE_DEPTH}" mask="url(#{mask})"/>'
        f'<use href="#{id_}-lines-{name}" fill="none" stroke="var(--edge)" stroke-opacity="0.5"'
        f' stroke-width="{0.7 * px:.3f}" stroke-linecap="round"/>{_cut(name, px)}</g>'
        f'<use href="#{ref}" fill="none" stroke="var(--edge)" stroke-width="{1.1 * px:.3f}"'
        f' stroke-linejoin="round"/></svg>{card_corners(card)}'
    )


def painted_zones(id_: str, card: Card, essential: str, spill: str) -> str:
    """Return the paint of a card from two paths: solid for essential zones, stippled for spill-over zones."""
    dots = f"{id_}-dots-{card.x:.0f}-{card.y:.0f}"
    return (
        f'<pattern id="{dots}" href="#{id_}-dots" patternTransform="scale({1 / card.scale:.4f})"/>'
        f'<path d="{spill}" fill="var(--zone)" fill-opacity="0.17"/><path d="{spill}" fill="url(#{dots})"/>'
        f'<path d="{essential}" fill="var(--zone)" fill-opacity="0.88"/>'
    )


def mini(
    id_: str, x: float, y: float, height: float, view_id: str, paint: str, windows: Iterable[Window]
) -> str:
    """Return a small silhouette that shows the position of the windows; `mini_width` is its width."""
    left, top, width, tall = load_views()[view_id].view_box
    px = tall / height
    frames = "".join(
        f'<rect x="{max(w.u0, left):.0f}" y="{max(-w.v1, top):.0f}" rx="{2 * px:.1f}"'
        f' width="{min(w.u1, left + width) - max(w.u0, left):.0f}"'
        f' height="{min(-w.v0, top + tall) - max(-w.v1, top):.0f}" fill="none" stroke="var(--soft)"'
        f' stroke-width="{px:.2f}"/>'
        for w in windows
    )
    return (
        f'<svg x="{x:.1f}" y="{y:.1f}" width="{mini_width(view_id, height):.1f}" height="{height:.1f}"'
        f' viewBox="{left - 2 * px:.1f} {top - 2 * px:.1f} {width + 4 * px:.1f} {tall + 4 * px:.1f}">'
        f'<use href="#{id_}-{view_id}" fill="var(--line)"/>{paint}{frames}</svg>'
    )


def mini_width(view_id: str, height: float) -> float:
    """Return the width of a mini of that height, in units of the page."""
    _, _, width, tall = load_views()[view_id].view_box
    return height * width / tall


def card_caption(card: Card, lang: str) -> str:
    """Return the view's name below the card, with the patient's left and right at its ends."""
    y = card.y + card.height + CAPTION - 3
    name = words.VIEW_NAMES[lang][card.view]
    parts = [text(card.x + card.width / 2, y, name, SMALL, "soft", 500, 'text-anchor="middle"')]
    if card.view in SIDED_VIEWS:
        at_left = SIDED_VIEWS[card.view]
        at_right = "left" if at_left == "right" else "right"
        parts.append(text(card.x + 4, y, words.say(f"{at_left}_letter", lang), SMALL, "soft", 600))
        x = card.x + card.width - 4
        letter = words.say(f"{at_right}_letter", lang)
        parts.append(text(x, y, letter, SMALL, "soft", 600, 'text-anchor="end"'))
    return "".join(parts)
