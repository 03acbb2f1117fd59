"""Colors, type and the basic SVG shapes of every picture. Lengths are units of the page (CSS px)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from html import escape

from needlepoint.anatomy.load import DATA

FAMILY = "Inter,&apos;Helvetica Neue&apos;,Arial,sans-serif"
PAGE_WIDTH = 1080.0
MARGIN = 48.0
INNER = PAGE_WIDTH - 2 * MARGIN
TITLE, SUBTITLE, HEADING, BODY, SMALL = 34.0, 17.0, 15.0, 13.5, 11.5
LEADING = 1.36  # line height relative to the font size

# name -> (light, dark)
COLORS = {
    "paper": ("#fdfcfa", "#11151a"),
    "card": ("#f4f1ed", "#1a2027"),
    "line": ("#dcd6ce", "#323b45"),
    "ink": ("#1b232d", "#eef1f4"),
    "soft": ("#5f6a76", "#9fabb7"),
    "skin": ("#f8eadf", "#bba697"),
    "shade": ("#5c3a2a", "#140e0b"),
    "edge": ("#8b7365", "#0b0908"),
    "zone": ("#dc3f47", "#ef434d"),
    "x": ("#10151b", "#ffffff"),
    "halo": ("#ffffff", "#15100e"),
}
INTENSITY = ((1, "#f7c95c"), (4, "#f08a3c"), (7, "#dc3a35"), (10, "#8e1042"))  # pain of 0 to 10


def style(id_: str) -> str:
    """Return the style sheet of one picture: its colors, light and dark, isolated from the page around it."""
    light, dark = ("".join(f"--{name}:{pair[k]};" for name, pair in COLORS.items()) for k in (0, 1))
    return f"<style>#{id_}{{{light}}}@media (prefers-color-scheme:dark){{#{id_}{{{dark}}}}}</style>"


def intensity_color(intensity: float) -> str:
    """Return the color of a pain of 0 to 10."""
    low = INTENSITY[0]
    for high in INTENSITY[1:]:
        if intensity <= high[0]:
            return _mixed(low[1], high[1], max(0.0, (intensity - low[0]) / (high[0] - low[0])))
        low = high
    return INTENSITY[-1][1]


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[k : k + 2], 16), int(other[k : k + 2], 16)) for k in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@cache
def _letters() -> dict[str, dict[str, int]]:
    return dict(json.loads((DATA / "geometry" / "letters.json").read_text(encoding="utf-8")))


def width_of(words: str, size: float, bold: bool = False) -> float:
    """Return the maximum width of a line, in any of the fonts that may be available."""
    table = _letters()["bold" if bold else "regular"]
    return sum(table.get(letter, 1000) for letter in words) * size / 1000


def wrap(words: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Return the words wrapped into lines within `width`; a word wider than a line is broken too."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, size, bold) > width:
            lines.append(line)
            longer = word
        while width_of(longer, size, bold) > width and len(longer) > 1:
            fits = next(
                n
                for n in range(len(longer) - 1, 0, -1)
                if n == 1 or width_of(longer[:n], size, bold) <= width
            )
            lines.append(longer[:fits])
            longer = longer[fits:]
        line = longer
    return [*lines, line] if line else lines


def text(
    x: float,
    y: float,
    words: str,
    size: float = BODY,
    fill: str = "ink",
    weight: int = 400,
    more: str = "",
) -> str:
    """Return one line of text at (x, y)."""
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="var(--{fill})"{heavy}{more and " " + more}>'
        f"{escape(words)}</text>"
    )


def title(y: float, words: str, beside: str) -> str:
    """Return the page's title, with its lighter second part; smaller when both would exceed the margin."""
    wide = width_of(words, TITLE, bold=True) + width_of(f"   {beside}", TITLE * 0.6)
    size = TITLE * min(1.0, INNER / wide)
    more = f'<tspan dx="{size * 0.4:.1f}" font-size="{size * 0.6:.1f}" font-weight="400" fill="var(--soft)">'
    more = f"{more}{escape(beside)}</tspan>" if beside else ""
    return text(MARGIN, y, words, size, weight=700).replace("</text>", f"{more}</text>")


def lines_of_text(x: float, y: float, lines: Iterable[str], size: float, fill: str = "ink") -> str:
    """Return lines of text below one another, the first at y."""
    return "".join(text(x, y + n * size * LEADING, line, size, fill) for n, line in enumerate(lines))


def rule(y: float) -> str:
    """Return a hairline across the page."""
    return (
        f'<path d="M{MARGIN:g} {y:.1f}H{PAGE_WIDTH - MARGIN:g}" stroke="var(--line)" stroke-width="1"'
        ' fill="none"/>'
    )


def sheet(id_: str, title: str, height: float, defs: str, body: str, lang: str) -> str:
    """Return the whole picture: `body` on paper, PAGE_WIDTH wide."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{id_}" role="img" xml:lang="{lang}" aria-label="{escape(title)}"'
        f' viewBox="0 0 {PAGE_WIDTH:g} {height:.0f}" width="{PAGE_WIDTH:g}" height="{height:.0f}"'
        f' font-family="{FAMILY}"><title>{escape(title)}</title>{style(id_)}<defs>{defs}</defs>'
        f'<rect width="{PAGE_WIDTH:g}" height="{height:.0f}" fill="var(--paper)"/>{body}</svg>'
    )
