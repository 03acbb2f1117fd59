"""The body chart for the browser: views, regions and their names, cached by the browser permanently."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import shapely
from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from shapely.geometry.base import BaseGeometry

from needlepoint.anatomy.geometry import load_views, region_ids
from needlepoint.anatomy.load import DATA, load_regions
from needlepoint.base.knowledge import read_toml
from needlepoint.pages.requests import StaffRequest

__all__ = ["chart", "path_of", "region_name", "region_of", "view_names"]

SIDE_WORDS = {
    "en": {"left": "left", "right": "right", "mid": ""},
    "es": {"left": "izquierda", "right": "derecha", "mid": ""},
}


def chart(request: StaffRequest) -> HttpResponse:
    """Return every view with its outline, its regions as SVG paths in mm, and the regions' names."""
    lang = "es" if (get_language() or "en").startswith("es") else "en"
    response = HttpResponse(_chart(lang), content_type="application/json")
    patch_cache_control(response, private=True, max_age=86400)  # by language; it contains no personal data
    return response


@lru_cache(maxsize=2)
def _chart(lang: str) -> bytes:
    views = {
        id_: {
            "name": view_names(lang)[id_],
            "box": view.view_box,
            "outline": view.outline,
            "lines": view.lines,
            "of": view.crop_of,
            "regions": {part.id: path_of(part.polygon) for part in view.parts.values()},
        }
        for id_, view in load_views().items()
    }
    regions = {
        f"{side}_{row.id}": {"name": region_name(f"{side}_{row.id}", lang), "area": row.body_area}
        for row in load_regions().values()
        for side in (("left", "right") if row.paired else ("mid",))
    }
    return msgspec.json.encode({"views": views, "regions": regions})


@lru_cache(maxsize=2)
def view_names(lang: str) -> dict[str, str]:
    """Return the name of each view of the body chart, by its id."""
    rows = read_toml(DATA / "drawing" / "views.toml")["view"]
    return {row["id"]: row[lang] for row in rows}


def path_of(shape: BaseGeometry) -> str:
    """Return a shape as an SVG path, rounded to half a millimeter."""
    parts = []
    for polygon in getattr(shape, "geoms", [shape]):
        if polygon.geom_type != "Polygon":
            continue
        slim = shapely.simplify(polygon, 0.5)
        for ring in (slim.exterior, *slim.interiors):
            points = " ".join(f"{u:.0f},{v:.0f}" for u, v in ring.coords[:-1])
            parts.append(f"M{points}Z")
    return "".join(parts)


def region_name(name: str, lang: str) -> str:
    """Return a region with its side in the language."""
    side, _, rest = name.partition("_")
    row, word = load_regions()[rest], SIDE_WORDS[lang][side]
    return f"{row.es} {word}".strip() if lang == "es" else f"{word} {row.en}".strip()


def region_of(text: str) -> str:
    """Return the id of a region that a person typed or picked; text that no name matches is unchanged."""
    typed = " ".join(text.split()).casefold()
    return _by_name().get(typed, text)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {
        name.casefold(): region for region in region_ids() for lang in SIDE_WORDS
        for name in (region_name(region, lang), region_name(region, lang).replace(" ", "_"))
    }  # fmt: skip
