"""Charts as SVG, drawn by Vega-Lite on the server; no script in the page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import vl_convert

__all__ = ["count_chart", "pain_chart"]

WORDS = {"en": ("Pain before", "Pain after"), "es": ("Dolor antes", "Dolor después")}
COUNTED = {"en": ("Visits", "No-shows", "Canceled"), "es": ("Visitas", "Ausencias", "Canceladas")}
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


def count_chart(rows: Sequence[tuple[str, int, int, int]], dark: bool, lang: str) -> str:
    """Return stacked bars of visits, no-shows and cancellations. `rows` are (words of the period, the three counts)."""
    return _bars(tuple(rows), dark, lang)


@lru_cache(maxsize=64)
def _bars(rows: tuple[tuple[str, int, int, int], ...], dark: bool, lang: str) -> str:
    text, line, first, second = INK[dark]
    kinds = COUNTED[lang]
    values = [
        {"on": words, "order": number, "n": count, "kind": kind, "stack": kinds.index(kind)}
        for number, (words, *counts) in enumerate(rows)
        for kind, count in zip(kinds, counts, strict=True)
    ]
    axis = {"labelColor": text, "titleColor": text, "gridColor": line, "domainColor": line, "tickColor": line}
    days = [words for words, *_ in rows]
    step = max(1, -(-len(days) // 16))  # at most 16 labels fit
    spec = {
        "width": 840,
        "height": 170,
        "background": None,
        "data": {"values": values},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "on", "type": "ordinal", "title": None, "sort": days,
                "axis": {**axis, "labelAngle": 0, "labelOverlap": "parity", "values": days[::step]},
            },
            "y": {
                "field": "n", "type": "quantitative", "title": None, "stack": True,
                "axis": {**axis, "tickMinStep": 1, "format": ",d"},
            },
            "order": {"field": "stack"},
            "color": {
                "field": "kind", "title": None,
                "scale": {"domain": list(kinds), "range": [first, second, text]},
                "legend": {"orient": "top", "labelColor": text},
            },
        },
        "config": {"view": {"stroke": None}, "font": "sans-serif"},
    }  # fmt: skip
    return str(vl_convert.vegalite_to_svg(spec))
