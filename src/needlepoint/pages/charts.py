"""Charts as SVG, drawn by Vega-Lite on the server; no script in the page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import vl_convert

__all__ = ["pain_chart"]

WORDS = {"en": ("Pain before", "Pain after"), "es": ("Dolor antes", "Dolor después")}
INK = {
    False: ("#51605e", "#d4dddc", "#0b6e69", "#e8672f"),
    True: ("#a3b3b1", "#2c3a39", "#4fc4bb", "#f2b04c"),
}


def pain_chart(rows: Sequence[tuple[datetime.date, float, Any]], dark: bool, lang: str) -> str:
    """Pain (0 to 10) by visit: before, and after where it was recorded. `rows` are (day, before, after or None)."""
    return _drawn(tuple((day.isoformat(), before, after) for day, before, after in rows), dark, lang)


@lru_cache(maxsize=256)
def _drawn(rows: tuple[tuple[str, float, Any], ...], dark: bool, lang: str) -> str:
    text, line, first, second = INK[dark]
    before, after = WORDS[lang]
    values = [{"on": on, "pain": value, "when": before} for on, value, _ in rows]
    values += [{"on": on, "pain": float(value), "when": after} for on, _, value in rows if value is not None]
    axis = {"labelColor": text, "titleColor": text, "gridColor": line, "domainColor": line, "tickColor": line}
    spec = {
        "width": 560,
        "height": 120,
        "background": None,
        "data": {"values": values},
        "mark": {"type": "line", "point": {"size": 45}, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "on", "type": "temporal", "title": None, "axis": {**axis, "grid": False}},
            "y": {
                "field": "pain",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [0, 10]},
                "axis": {**axis, "values": [0, 5, 10]},
            },
            "color": {
                "field": "when",
                "title": None,
                "scale": {"domain": [before, after], "range": [first, second]},
                "legend": {"orient": "top", "labelColor": text},
            },
        },
        "config": {"view": {"stroke": None}, "font": "sans-serif"},
    }
    return str(vl_convert.vegalite_to_svg(spec))
