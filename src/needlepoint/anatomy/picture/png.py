"""SVG of this package as PNG, with embedded fonts: the machine's fonts are not used."""

from __future__ import annotations

import base64
import re
from functools import cache

import fontpkg
import resvg_py

from needlepoint.anatomy.picture.ink import COLORS

THEMES = ("light", "dark")
PAGE = re.compile(r'<svg [^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"')
DEFS = re.compile(r"<defs>.*?</defs>", re.DOTALL)
INNER = re.compile(
    r'<svg x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)" (viewBox="[^"]+">.*?</svg>)',
    re.DOTALL,
)
FAST = '<image style="image-rendering:smooth" '  # bilinear: the bicubic default takes twice the time


def to_png(svg: str, width_px: int = 1600, theme: str = "light") -> bytes:
    """Return an SVG of this package as PNG bytes, `width_px` wide, in the light or the dark colors."""
    # resvg does not support CSS variables: replace them with their values.
    for name, pair in COLORS.items():
        svg = svg.replace(f"var(--{name})", pair[THEMES.index(theme)])
    page, defs = PAGE.search(svg), DEFS.search(svg)
    if page and defs:
        svg = _with_figures_drawn(svg, defs.group(), width_px / float(page.group(1)))
    return _rendered(svg, width_px)


def _with_figures_drawn(svg: str, defs: str, zoom: float) -> str:
    """Return the page with each figure in it already a PNG.

    resvg gives every masked or clipped group a layer as large as what it may cover; on the whole page each figure takes
    half a second, on its own canvas a small part of that.
    """

    def draw(found: re.Match[str]) -> str:
        # A figure takes whole pixels, so that it is not resampled.
        left, top = (int(float(found.group(k)) * zoom) for k in (1, 2))
        wide, tall = (round(float(found.group(k)) * zoom) for k in (3, 4))
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}" '
        alone = head + found.group(5).replace(">", f">{defs}", 1).replace("<image ", FAST)
        data = base64.b64encode(_rendered(alone, wide)).decode()
        box = f'x="{left / zoom}" y="{top / zoom}" width="{wide / zoom}" height="{tall / zoom}"'
        how = 'style="image-rendering:optimizeSpeed" preserveAspectRatio="none"'
        return f'<image {box} {how} href="data:image/png;base64,{data}"/>'

    return INNER.sub(draw, svg.replace(defs, ""))


def _rendered(svg: str, width_px: int) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width_px,
            skip_system_fonts=True,
            font_files=list(_fonts()) if "<text" in svg else [],
            sans_serif_family="Inter",
        )
    )


@cache
def _fonts() -> tuple[str, ...]:
    return tuple(str(fontpkg.path("Inter", style=style)) for style in ("normal", "italic"))
