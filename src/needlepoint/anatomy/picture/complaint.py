"""A complaint as a picture: where it hurts and how much, with the likeliest points of the leading muscles."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shapely.geometry.base import BaseGeometry

from needlepoint.anatomy.drawing import Drawing, Mark, shape_of
from needlepoint.anatomy.geometry import canonical, load_views
from needlepoint.anatomy.picture import figure as fig
from needlepoint.anatomy.picture import framing, ink, words
from needlepoint.anatomy.picture.figure import Card
from needlepoint.anatomy.picture.framing import Place
from needlepoint.anatomy.picture.ink import BODY, HEADING, INNER, LEADING, MARGIN, PAGE_WIDTH, SMALL
from needlepoint.anatomy.picture.labels import GUTTER, Label, labeled
from needlepoint.anatomy.picture.marks import places_of
from needlepoint.anatomy.picture.zones import path_of, zone_shape
from needlepoint.anatomy.types import Muscle

MOST_CARDS = 4
GAP = 16.0
CELL_HEIGHT = 480.0
HEAD, FOOT = 128.0, 84.0
LIST_LINE = 30.0
PAINT = 0.86  # how strongly the color of pain covers the skin


class PictureSuspect(NamedTuple):
    """A leading muscle for the picture."""

    label: str
    name: str
    probability: float
    places: Mapping[str, Place]


Areas = dict[str, list[tuple[float, str]]]  # view -> (intensity, path), the weakest first


def complaint_picture(
    regions: Mapping[str, float],
    muscles: Sequence[tuple[Muscle, str, float]] = (),
    lang: str = "en",
    drawing: Drawing | None = None,
) -> str:
    """Return the pain as SVG, with an X for each of `muscles` (muscle, side, probability).

    `regions` maps region id -> intensity 0 to 10. A `drawing` is shown as drawn, in place of the regions.
    """
    suspects = [_suspect(number, *row, lang) for number, row in enumerate(muscles, 1)]
    cards = _drawn_cards(drawing, suspects) if drawing else _named_cards(regions, suspects)
    id_ = _id_of(regions, drawing, muscles, lang)
    body = [_heading(drawing is not None, lang)]
    labeled_already: set[str] = set()
    for card in cards:
        paint = _drawn_paint(drawing, card.view) if drawing else _named_paint(regions, card.view)
        paint = f'<g opacity="{PAINT}">{paint}</g>'  # together, so that overlaps do not add up
        body.append(fig.card_frame(card) + fig.figure(id_, card, paint) + fig.card_caption(card, lang))
        body.append(_marks(card, suspects, labeled_already))
    bottom, listed = _list(suspects, cards, lang)
    body += [listed, _footer(bottom, bool(suspects), lang)]
    defs = fig.figure_defs(id_, cards)
    return ink.sheet(id_, words.say("pain", lang), bottom + FOOT, defs, "".join(body), lang)


def _suspect(number: int, muscle: Muscle, side: str, probability: float, lang: str) -> PictureSuspect:
    point = max(muscle.points, key=lambda item: item.share)
    name = muscle.name if lang == "en" else muscle.name_es
    places = places_of(muscle, point, side if side in ("left", "right") else "right")
    return PictureSuspect(f"X{number}", words.with_side(name, side, lang), probability, places)


def _chance(probability: float) -> str:
    """Return a share in percent; never 0 or 100, because a drawing cannot prove either."""
    return "<1%" if probability < 0.01 else ">99%" if probability > 0.99 else f"{probability:.0%}"


def _id_of(*parts: object) -> str:
    """Return an id that is unique among different pictures on one page."""
    return "np-" + hashlib.sha256(repr(parts).encode()).hexdigest()[:10]


def _named_cards(regions: Mapping[str, float], suspects: Sequence[PictureSuspect]) -> list[Card]:
    weights = {name: max(intensity, 1.0) / 10 for name, intensity in regions.items()}
    views = _with_suspects(framing.choose_views(weights, least=1, most=MOST_CARDS), suspects)
    views = [framing.closest_view(view, list(weights), _spots(suspects, view)) for view in views]
    shapes = {
        view: [load_views()[view].parts[name].polygon for name in weights if name in load_views()[view].parts]
        for view in views
    }
    return _set_out(views, shapes, suspects)


def _drawn_cards(drawing: Drawing, suspects: Sequence[PictureSuspect]) -> list[Card]:
    views = list(dict.fromkeys(mark.view for mark in drawing.marks))
    if len(views) > MOST_CARDS:
        views = list(dict.fromkeys(canonical(view) for view in views))[:MOST_CARDS]
    views = _with_suspects(views, suspects)
    shapes = {
        view: [
            shape_of(mark) for mark in _marks_in(drawing, view) if mark.view == view or mark.view not in views
        ]
        for view in views
    }
    return _set_out(views, shapes, suspects)


def _marks_in(drawing: Drawing, view: str) -> list[Mark]:
    return [mark for mark in drawing.marks if canonical(mark.view) == canonical(view)]


def _with_suspects(views: list[str], suspects: Sequence[PictureSuspect]) -> list[str]:
    """Return the views, and as many more as fit, to show every X."""
    views = list(views)
    for suspect in suspects:
        if len(views) < MOST_CARDS and not any(canonical(view) in suspect.places for view in views):
            views.append(next(iter(suspect.places)))
    return views


def _spots(suspects: Sequence[PictureSuspect], view: str) -> list[Place]:
    """Return the places of the X marks in a view."""
    box = framing.box_of(load_views()[view])
    found = (suspect.places.get(canonical(view)) for suspect in suspects)
    return [place for place in found if place and box.holds(place)]


def _set_out(
    views: Sequence[str], shapes: Mapping[str, Sequence[BaseGeometry]], suspects: Sequence[PictureSuspect]
) -> list[Card]:
    width = INNER * 0.62 if len(views) == 1 else (INNER - GAP) / 2
    cards = []
    for index, view in enumerate(views):
        spots = _spots(suspects, view)
        gutter = GUTTER if spots else 0.0
        inner = framing.window_of(view, shapes[view], spots, (width - 2 * gutter) / CELL_HEIGHT)
        more = inner.height * gutter / CELL_HEIGHT
        x = MARGIN + (index % 2) * (width + GAP)
        y = HEAD + (index // 2) * (CELL_HEIGHT + fig.CAPTION + GAP)
        cards.append(
            Card(x, y, width, CELL_HEIGHT, view, inner._replace(u0=inner.u0 - more, u1=inner.u1 + more))
        )
    return cards


def _named_paint(regions: Mapping[str, float], view: str) -> str:
    levels: dict[float, set[str]] = {}
    for name, intensity in regions.items():
        levels.setdefault(intensity, set()).add(name)
    return "".join(
        _painted(path_of(zone_shape(view, frozenset(names))), intensity)
        for intensity, names in sorted(levels.items())
    )


def _drawn_paint(drawing: Drawing, view: str) -> str:
    marks = sorted(_marks_in(drawing, view), key=lambda mark: mark.intensity)
    return "".join(_painted(path_of(shape_of(mark)), mark.intensity) for mark in marks)


def _painted(path: str, intensity: float) -> str:
    return f'<path d="{path}" fill="{ink.intensity_color(intensity)}"/>' if path else ""


def _marks(card: Card, suspects: Sequence[PictureSuspect], labeled_already: set[str]) -> str:
    """Return the X marks of a card; a muscle is named in the first card that shows it, and numbered in the others."""
    found = []
    box = framing.box_of(load_views()[card.view])
    for suspect in suspects:
        place = suspect.places.get(canonical(card.view))
        if place and card.window.holds(place) and box.holds(place):
            named = suspect.label not in labeled_already
            labeled_already.add(suspect.label)
            found.append(
                Label(
                    suspect.label,
                    suspect.name if named else "",
                    _chance(suspect.probability),
                    *card.place(place),
                )
            )
    return labeled(card, found)


def _heading(drawn: bool, lang: str) -> str:
    beside = words.say("drawn" if drawn else "named", lang)
    return ink.title(70, words.say("pain", lang), beside) + _scale(98, lang)


def _scale(y: float, lang: str) -> str:
    """Return the color scale for pain from 0 to 10."""
    label = words.say("intensity", lang)
    x = MARGIN + ink.width_of(label, SMALL) + 14
    step = 20.0
    parts = [ink.text(MARGIN, y, label, SMALL, "soft")]
    for n in range(11):
        color = ink.intensity_color(n)
        parts.append(
            f'<rect x="{x + n * step:.1f}" y="{y - 10:.1f}" width="{step:g}" height="7" fill="{color}"/>'
        )
        if n in (0, 5, 10):
            middle = 'text-anchor="middle"'
            parts.append(ink.text(x + (n + 0.5) * step, y + 10, str(n), 10, "soft", more=middle))
    return "".join(parts)


def _list(suspects: Sequence[PictureSuspect], cards: Sequence[Card], lang: str) -> tuple[float, str]:
    """Return (lower edge of the picture, the ranked muscles as SVG): in the free cell, or below in two columns."""
    last = cards[-1]
    bottom = max(card.y + card.height for card in cards) + fig.CAPTION
    if not suspects:
        return bottom, ""
    beside = len(cards) % 2 == 1
    columns = 1 if beside else 2
    x, y = (last.x + last.width + 2 * GAP, last.y + HEADING) if beside else (MARGIN, bottom + 36)
    width = PAGE_WIDTH - MARGIN - x if beside else (INNER - 3 * GAP) / 2
    parts = [ink.text(x, y, words.say("examine", lang), HEADING, weight=700)]
    rows = math.ceil(len(suspects) / columns)
    lowest = y
    for column in range(columns):
        below = y
        for suspect in suspects[column * rows : (column + 1) * rows]:
            height, row = _list_row(x + column * (width + 3 * GAP), below + LIST_LINE, width, suspect)
            parts.append(row)
            below += LIST_LINE + height
        lowest = max(lowest, below)
    return max(bottom, lowest + 10), "".join(parts)


def _list_row(x: float, y: float, width: float, suspect: PictureSuspect) -> tuple[float, str]:
    bar = 96.0
    lines = ink.wrap(suspect.name, width - 34 - bar - 52, BODY)
    end = x + width
    share = max(0.0, min(1.0, suspect.probability)) * bar
    height = (len(lines) - 1) * BODY * LEADING
    return height, (
        ink.text(x, y, suspect.label, BODY, weight=700)
        + ink.lines_of_text(x + 34, y, lines, BODY)
        + f'<rect x="{end - bar - 44:.1f}" y="{y - 8:.1f}" width="{bar:g}" height="7" rx="3.5" fill="var(--line)"/>'
        + f'<rect x="{end - bar - 44:.1f}" y="{y - 8:.1f}" width="{share:.1f}" height="7" rx="3.5" fill="var(--soft)"/>'
        + ink.text(end, y, _chance(suspect.probability), BODY, "soft", more='text-anchor="end"')
    )


def _footer(y: float, with_muscles: bool, lang: str) -> str:
    said = [words.say("caution", lang)] if with_muscles else []
    return ink.rule(y + 26) + ink.lines_of_text(
        MARGIN, y + 50, [*said, words.say("figure", lang)], SMALL, "soft"
    )
