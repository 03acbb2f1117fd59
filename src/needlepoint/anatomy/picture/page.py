"""A muscle's page of the atlas: for each pattern of pain its points, where they are felt, and views that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import shapely

from needlepoint.anatomy.geometry import canonical, load_views
from needlepoint.anatomy.picture import figure as fig
from needlepoint.anatomy.picture import framing, ink, words
from needlepoint.anatomy.picture.figure import Card, Window
from needlepoint.anatomy.picture.framing import Place
from needlepoint.anatomy.picture.ink import BODY, HEADING, INNER, LEADING, MARGIN, PAGE_WIDTH, SMALL
from needlepoint.anatomy.picture.marks import numbered, places_of
from needlepoint.anatomy.picture.patterns import Pattern, on_side, patterns_of
from needlepoint.anatomy.picture.zones import path_of, plain_shape, zone_shape
from needlepoint.anatomy.spanish import in_language
from needlepoint.anatomy.types import Muscle

COLUMN, COLUMN_GAP, CARD_GAP = 258.0, 34.0, 16.0
CARDS_WIDTH = INNER - COLUMN - COLUMN_GAP
CARD_HEIGHTS = (470.0, 420.0, 350.0)  # on a page of one pattern, of two, of more
HEAD, ROW_GAP, FOOT = 134.0, 44.0, 56.0
MINI_HEIGHT, MINI_GAP = 148.0, 14.0
SWATCH = 22.0
MOST_CARDS = 3


Marks = Sequence[tuple[str, Mapping[str, Place]]]  # (label, place by canonical view) of each point


class PatternRow(NamedTuple):
    """One pattern with its layout on the page."""

    pattern: Pattern
    marks: Marks
    cards: list[Card]
    top: float
    height: float
    told: str  # its words, as SVG


def atlas_page(muscle: Muscle, side: str = "right", lang: str = "en") -> str:
    """Return one page of the atlas as SVG.

    `side` is left or right (a muscle of the midline has none), `lang` en or es.
    """
    id_ = f"np-{muscle.id}-{side}"
    rows = _rows(muscle, side, lang)
    body = [_heading(muscle, side, lang)]
    for row in rows:
        if row is not rows[0]:
            body.append(ink.rule(row.top - ROW_GAP / 2))
        body += [row.told, _minis(id_, row, side), *(_card(id_, row, card, side, lang) for card in row.cards)]
    y = rows[-1].top + rows[-1].height + fig.CAPTION + ROW_GAP
    body.append(_footer(muscle, y, lang))
    cards = [card for row in rows for card in row.cards]
    defs = fig.figure_defs(id_, cards, [_whole(card.view) for card in cards])
    return ink.sheet(id_, _title(muscle, lang), y + FOOT, defs, "".join(body), lang)


def cards_of(muscle: Muscle, side: str) -> list[list[Card]]:
    """Return the cards of a muscle's page: a list for each pattern of pain."""
    return [row.cards for row in _rows(muscle, side, "en")]


def _rows(muscle: Muscle, side: str, lang: str) -> list[PatternRow]:
    """Return the patterns of a muscle, laid out one below the other."""
    patterns = patterns_of(muscle.points)
    least = CARD_HEIGHTS[min(len(patterns), len(CARD_HEIGHTS)) - 1]
    y = HEAD
    rows = []
    for pattern in patterns:
        labels = _labels(muscle, pattern)
        ends, told = _column(pattern, labels, y, lang)
        height = max(least, ends - y + MINI_GAP + MINI_HEIGHT)
        marks = [
            (label, places_of(muscle, point, side))
            for label, (_, point) in zip(labels, pattern.points, strict=True)
        ]
        rows.append(PatternRow(pattern, marks, _cards_of(pattern, marks, side, (y, height)), y, height, told))
        y += height + fig.CAPTION + ROW_GAP
    return rows


def _title(muscle: Muscle, lang: str) -> str:
    name = muscle.name if lang == "en" else muscle.name_es
    return name[:1].upper() + name[1:]


def _heading(muscle: Muscle, side: str, lang: str) -> str:
    beside = words.say(f"side_{side}", lang) if muscle.paired else ""
    return (
        ink.title(70, _title(muscle, lang), beside)
        + ink.text(MARGIN, 98, muscle.latin, ink.SUBTITLE, "soft", more='font-style="italic"')
        + _key(98, lang)
    )


def _key(y: float, lang: str) -> str:
    """Return the legend for solid, stippled and X, at the right margin."""
    parts = []
    x = PAGE_WIDTH - MARGIN
    for key, drawn in (("x", _small_x), ("sometimes", _light_swatch), ("mostly", _full_swatch)):
        label = words.say(key, lang)
        x -= ink.width_of(label, SMALL)
        parts.append(ink.text(x, y, label, SMALL, "soft"))
        x -= SWATCH + 7
        parts.append(drawn(x, y))
        x -= 20
    return "".join(parts)


def _full_swatch(x: float, y: float) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y - 9.5:.1f}" width="{SWATCH:g}" height="11" rx="3" fill="var(--zone)"'
        ' fill-opacity="0.9"/>'
    )


def _light_swatch(x: float, y: float) -> str:
    dots = "".join(
        f'<circle cx="{x + 2.6 + 3.4 * i + 1.7 * (j % 2):.1f}" cy="{y - 7.4 + 3.3 * j:.1f}" r="0.9"/>'
        for j in range(3)
        for i in range(6)
    )
    ground = (
        f'<rect x="{x:.1f}" y="{y - 9.5:.1f}" width="{SWATCH:g}" height="11" rx="3" fill-opacity="0.17"/>'
    )
    return f'<g fill="var(--zone)">{ground}{dots}</g>'


def _small_x(x: float, y: float) -> str:
    return (
        f'<path d="M{x + 10:.1f} {y - 8.5:.1f}l9 9m0 -9l-9 9" stroke="var(--x)" stroke-width="2.4"'
        ' stroke-linecap="round" fill="none"/>'
    )


def _labels(muscle: Muscle, pattern: Pattern) -> list[str]:
    """Return the number of each point; the only point of a muscle needs none."""
    return ["" if len(muscle.points) == 1 else str(number) for number, _ in pattern.points]


def _cards_of(pattern: Pattern, marks: Marks, side: str, band: tuple[float, float]) -> list[Card]:
    """Return the cards that show a pattern, in a band (top, height) of the page."""
    weights = pattern.weights(side)
    needed = [next(iter(places)) for _, places in marks if len(places) == 1]
    views = framing.choose_views(weights, needed, most=max(MOST_CARDS, len(set(needed))))
    if not needed:
        views = _with_a_mark(views, [places for _, places in marks])
    closest = [framing.closest_view(view, list(weights), _spots(marks, view)) for view in views]
    return _cards(closest, weights, marks, band)


def _with_a_mark(views: list[str], places: Sequence[Mapping[str, Place]]) -> list[str]:
    """Return the views, with the last one replaced when none of them shows any mark."""
    if any(view in found for view in views for found in places):
        return views
    seen = [view for found in places for view in found]
    return [*views[: MOST_CARDS - 1], *seen[:1]]


def _spots(marks: Marks, view: str) -> list[Place]:
    return [places[canonical(view)] for _, places in marks if canonical(view) in places]


def _cards(
    views: list[str], weights: Mapping[str, float], marks: Marks, band: tuple[float, float]
) -> list[Card]:
    cards = _set_out(views, weights, marks, band)
    detail = framing.close_up(weights, cards) if len(cards) < MOST_CARDS else ""
    return _set_out([*views, detail], weights, marks, band) if detail else cards


def _set_out(
    views: list[str], weights: Mapping[str, float], marks: Marks, band: tuple[float, float]
) -> list[Card]:
    count = len(views)
    width = (CARDS_WIDTH - CARD_GAP * (count - 1)) / count
    cards = []
    for index, view in enumerate(views):
        parts = load_views()[view].parts
        shapes = [parts[name].polygon for name in weights if name in parts]
        window = framing.window_of(view, shapes, _spots(marks, view), width / band[1])
        x = MARGIN + COLUMN + COLUMN_GAP + index * (width + CARD_GAP)
        cards.append(Card(x, band[0], width, band[1], view, window))
    return cards


def _column(pattern: Pattern, labels: Sequence[str], y: float, lang: str) -> tuple[float, str]:
    """Return (lower edge, SVG) of the words of a pattern."""
    parts = []
    y += HEADING
    for label, (_, point) in zip(labels, pattern.points, strict=True):
        name = f"X{label}  {point.name[:1].upper()}{point.name[1:]}"
        for line in ink.wrap(name, COLUMN, HEADING, bold=True):
            parts.append(ink.text(MARGIN, y, line, HEADING, weight=700))
            y += HEADING * LEADING
        lines = ink.wrap(in_language(point.landmark, lang), COLUMN, BODY)
        parts.append(ink.lines_of_text(MARGIN, y, lines, BODY))
        y += len(lines) * BODY * LEADING + 12
    for zone, swatch in ((pattern.essential, _full_swatch), (pattern.spill, _light_swatch)):
        if zone:
            felt = ", ".join(words.zone_name(key, lang) for key in sorted(zone, key=lambda key: -zone[key]))
            lines = ink.wrap(felt, COLUMN - SWATCH - 10, BODY)
            parts.append(swatch(MARGIN, y))
            parts.append(ink.lines_of_text(MARGIN + SWATCH + 10, y, lines, BODY, "soft"))
            y += len(lines) * BODY * LEADING + 7
    return y, "".join(parts)


def _minis(id_: str, row: PatternRow, side: str) -> str:
    """Return small whole figures under the words, one for each side that the cards look from."""
    y = row.top + row.height - MINI_HEIGHT
    windows: dict[str, list[Window]] = {}
    for card in row.cards:
        windows.setdefault(_whole(card.view), []).append(_window_on_whole(card, side))
    x = MARGIN
    parts = []
    for view, found in windows.items():
        essential, spill = (
            path_of(shapely.simplify(plain_shape(view, on_side(zone, side)), 2.0))
            for zone in (row.pattern.essential, row.pattern.spill)
        )
        paint = (
            f'<path d="{spill}" fill="var(--zone)" fill-opacity="0.35"/>'
            f'<path d="{essential}" fill="var(--zone)"/>'
        )
        parts.append(fig.mini(id_, x, y, MINI_HEIGHT, view, paint, found))
        x += fig.mini_width(view, MINI_HEIGHT) + MINI_GAP
    return "".join(parts)


def _whole(view: str) -> str:
    """Return the whole-body view on which a card's window is shown."""
    if view.startswith("foot"):
        return "front" if view.endswith("dorsum") else "back"
    return canonical(view)


def _window_on_whole(card: Card, side: str) -> Window:
    """Return a card's window on the whole-body view; for a foot, the place of that foot."""
    if not card.view.startswith("foot"):
        return card.window
    foot = card.view.split("_")[1]
    parts = load_views()[_whole(card.view)].parts
    names = [
        f"{foot}_{name}" for name in ("foot_dorsum", "great_toe", "lesser_toes", "heel", "ankle_lateral")
    ]
    bounds = [parts[name].polygon.bounds for name in names if name in parts]
    low, high = (list(zip(*bounds, strict=True))[k : k + 2] for k in (0, 2))
    return Window(min(low[0]) - 20, min(low[1]) - 8, max(high[0]) + 20, max(high[1]) + 20)


def _paths(pattern: Pattern, view: str, side: str) -> tuple[str, str]:
    """Return (essential, spill) of a view as path data; they touch and do not overlap."""
    essential = frozenset(on_side(pattern.essential, side))
    every = essential | frozenset(on_side(pattern.spill, side))
    inner = zone_shape(view, essential)
    spill = path_of(shapely.difference(zone_shape(view, every), inner)) if pattern.spill else ""
    return path_of(inner), spill


def _card(id_: str, row: PatternRow, card: Card, side: str, lang: str) -> str:
    essential, spill = _paths(row.pattern, card.view, side)
    seen = [
        (label, places[canonical(card.view)]) for label, places in row.marks if canonical(card.view) in places
    ]
    box = framing.box_of(load_views()[card.view])
    inside = [(label, place) for label, place in seen if card.window.holds(place) and box.holds(place)]
    return (
        fig.card_frame(card)
        + fig.figure(id_, card, fig.painted_zones(id_, card, essential, spill))
        + numbered(card, inside)
        + fig.card_caption(card, lang)
    )


def _footer(muscle: Muscle, y: float, lang: str) -> str:
    zones = words.say("zones", lang).format(words.CERTAINTY[lang][muscle.certainty])
    figure = words.say("figure", lang)
    return (
        ink.rule(y - ROW_GAP / 2 + 4)
        + ink.text(MARGIN, y + 6, zones, SMALL, "soft")
        + ink.text(MARGIN, y + 6 + SMALL * LEADING, figure, SMALL, "soft")
        + ink.text(PAGE_WIDTH - MARGIN, y + 6, "Needlepoint", SMALL, "soft", 600, 'text-anchor="end"')
    )
