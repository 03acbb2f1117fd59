"""Names beside a figure, each joined to its X by a leader line; the lines of one side do not cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from needlepoint.anatomy.picture import ink
from needlepoint.anatomy.picture.figure import Card
from needlepoint.anatomy.picture.ink import LEADING
from needlepoint.anatomy.picture.marks import ARM, cross, numbered

GUTTER = 160.0  # space on either side of a card for the names
NAME, LEAST_NAME, INSET, PAD, APART = 12.5, 8.5, 10.0, 6.0, 16.0


class Label(NamedTuple):
    """An X on the page with its text; without a name only its number is shown."""

    number: str
    name: str
    share: str
    x: float
    y: float


def labeled(card: Card, labels: Sequence[Label]) -> str:
    """Return the X marks of a card, the named ones with leader lines to the nearer edge."""
    named = [label for label in labels if label.name]
    middle = card.x + card.width / 2
    left = [label for label in named if label.x < middle]
    right = [label for label in named if label.x >= middle]
    plain = [(label.number, card.spot(label.x, label.y)) for label in labels if not label.name]
    crosses = "".join(cross(label.x, label.y) for label in named)
    return _side(card, left, "start") + _side(card, right, "end") + crosses + numbered(card, plain)


class _Block(NamedTuple):
    label: Label
    lines: list[str]
    size: float

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEADING + PAD

    @property
    def width(self) -> float:
        return max(ink.width_of(line, self.size, bold=True) for line in self.lines) + 2 * PAD


def _block(label: Label) -> _Block:
    """Return the lines of a label; a long word makes the type smaller instead of being broken."""
    room = GUTTER - INSET - 2 * PAD
    words = f"{label.number} {label.name}"
    longest = max(ink.width_of(word, NAME, bold=True) for word in words.split())
    size = max(min(NAME, NAME * room / longest), LEAST_NAME)
    return _Block(label, [*ink.wrap(words, room, size, bold=True), label.share], size)


def _side(card: Card, labels: Sequence[Label], anchor: str) -> str:
    blocks = [_block(label) for label in sorted(labels, key=lambda label: label.y)]
    tops = _spread(card, [block.label.y - block.height / 2 for block in blocks], [b.height for b in blocks])
    return "".join(_one(card, block, top, anchor) for block, top in zip(blocks, tops, strict=True))


def _spread(card: Card, tops: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Return the tops moved apart within the card, as near to their places as possible."""
    placed: list[float] = []
    low = card.y + INSET
    for top, height in zip(tops, heights, strict=True):
        placed.append(max(top, low))
        low = placed[-1] + height + APART
    high = card.y + card.height - INSET
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], high - heights[k])
        high = placed[k] - APART
    return placed


def _one(card: Card, block: _Block, top: float, anchor: str) -> str:
    """Return a label on its own background, so that an arm behind it does not interfere."""
    left = card.x + INSET if anchor == "start" else card.x + card.width - INSET - block.width
    near = left + block.width if anchor == "start" else left
    edge = left + PAD if anchor == "start" else left + block.width - PAD
    more = f'text-anchor="{anchor}"'
    parts = [
        _leader(near, top + block.height / 2, block.label.x, block.label.y),
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{block.width:.1f}" height="{block.height:.1f}" rx="6"'
        ' fill="var(--card)" fill-opacity="0.94"/>',
    ]
    for n, line in enumerate(block.lines):
        y = top + PAD / 2 + (n + 0.78) * block.size * LEADING
        fill, weight = ("ink", 600) if n < len(block.lines) - 1 else ("soft", 400)
        parts.append(ink.text(edge, y, line, block.size, fill, weight, more))
    return "".join(parts)


def _leader(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return a line that ends a little before the X."""
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    keep = max(length - ARM - 5, 0.0) / length if length else 0.0
    path = f"M{x0:.1f} {y0:.1f}L{x0 + (x1 - x0) * keep:.1f} {y0 + (y1 - y0) * keep:.1f}"
    return (
        f'<path d="{path}" stroke="var(--halo)" stroke-width="3" stroke-opacity="0.7" fill="none"/>'
        f'<path d="{path}" stroke="var(--ink)" stroke-width="1" fill="none"/>'
    )
