"""The muscles to examine on a board: their rows, and what the body chart shows of each."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.load import split_region
from needlepoint.anatomy.types import Muscle
from needlepoint.documents.notes.write import place
from needlepoint.exam.types import Assessed
from needlepoint.pages.visit.body_chart import region_name
from needlepoint.pages.visit.content.statements import chance_of
from needlepoint.reasoning.types import Suspect
from needlepoint.records.models import Site, Visit
from needlepoint.records.visit.evaluate import VisitEvaluation
from needlepoint.visit.facts import SIGNS

__all__ = ["ChartLayer", "MuscleRow", "chart_layer", "muscle_rows"]

RANKED = 9  # as many as there are keys 1 to 9
Key = tuple[str, str]


class MuscleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One muscle on one side: how likely it is, why, and what was found. Signs: present, absent, or None."""

    number: int
    id: str
    muscle: str
    name: str
    side: str
    point: str
    chance: str
    bar: int
    explains: tuple[str, ...]
    signs: tuple[tuple[str, bool | None], ...]
    status: str
    because: str
    listed: bool  # by a person, and not treated: it can be taken off the list


class ChartPoint(msgspec.Struct, frozen=True):
    """A trigger point on the chart."""

    view: str
    u: float
    v: float
    name: str


class MuscleLayer(msgspec.Struct, frozen=True, kw_only=True):
    """A muscle on the chart: the regions of its zones with their weight, its points, its position."""

    name: str
    side: str
    essential: dict[str, float]
    spill: dict[str, float]
    points: tuple[ChartPoint, ...]
    lies: tuple[str, ...]
    hazards: tuple[str, ...]


class ChartLayer(msgspec.Struct, frozen=True):
    """The layer over the figure: the painful regions, and each listed muscle by its row id."""

    regions: dict[str, float]
    muscles: dict[str, MuscleLayer]


def muscle_rows(visit: Visit, thought: VisitEvaluation, lang: str) -> tuple[MuscleRow, ...]:
    """Return the muscles to examine: the examined ones first, by rank, then the likeliest."""
    ranked = {(row.muscle_id, row.side): row for row in _ranked(thought)}
    sites = {(site.muscle, site.side): site for site in visit.sites.all()}
    spots = {(spot.found.muscle, spot.found.side): spot for spot in _spots(thought)}
    keys = [*(key for key in sites if key not in ranked), *ranked]
    touched = [key for key in keys if key in sites]
    rest = [key for key in keys if key not in sites][: max(RANKED - len(touched), 3)]
    return tuple(
        _row(number, key, ranked.get(key), sites.get(key), spots.get(key), lang)
        for number, key in enumerate([*touched, *rest], 1)
    )


def _ranked(thought: VisitEvaluation) -> Iterable[Suspect]:
    return thought.walked.reasoned.differential.ranked if thought.walked else ()


def _spots(thought: VisitEvaluation) -> Iterable[Assessed]:
    return thought.walked.assessment.spots if thought.walked and thought.walked.assessment else ()


def _row(
    number: int, key: Key, suspect: Suspect | None, site: Site | None, spot: Assessed | None, lang: str
) -> MuscleRow:
    muscle, side = key
    return MuscleRow(
        number=number,
        id=f"{muscle}-{side}",
        muscle=muscle,
        name=place(muscle, side, lang),
        side=side,
        point=site.point if site else "",
        chance=chance_of(suspect.probability) if suspect else "",
        bar=round(suspect.probability * 100) if suspect else 0,
        explains=tuple(region_name(name, lang) for name in suspect.explains[:6]) if suspect else (),
        signs=tuple((sign, getattr(site.signs, sign) if site else None) for sign in SIGNS),
        status=spot.status.value if spot else "",
        because=spot.because if spot else "",
        listed=site is not None and site.given is None and not site.withdrawn,
    )


def chart_layer(visit: Visit, rows: Iterable[MuscleRow]) -> ChartLayer:
    """Return the layer over the figure for these rows."""
    return ChartLayer(visit.facts.reported.regions, {row.id: _layer(row) for row in rows})


def _layer(row: MuscleRow) -> MuscleLayer:
    muscle = load_atlas().muscles[row.muscle]
    side = row.side if row.side in ("left", "right") else "left"
    return MuscleLayer(
        name=row.name,
        side=side,
        essential=_widest(muscle, side, "essential"),
        spill=_widest(muscle, side, "spill"),
        points=tuple(
            ChartPoint(point.position.view, point.position.u_mm, point.position.v_mm, point.name)
            for point in muscle.points
            if point.position is not None
        ),
        lies=tuple(name for key in muscle.lies_in for name in _on_side(key, side)),
        hazards=tuple(hazard.structure for hazard in muscle.hazards if hazard.level != "low"),
    )


def _widest(muscle: Muscle, side: str, zone: str) -> dict[str, float]:
    """Return the regions of all points' zones, each with its greatest weight."""
    found: dict[str, float] = {}
    for point in muscle.points:
        for key, weight in getattr(point, zone).items():
            for name in _on_side(key, side):
                found[name] = max(weight, found.get(name, 0))
    return found


def _on_side(key: str, side: str) -> list[str]:
    """Return a zone's key as regions of the chart, for the muscle of a side."""
    which, name = split_region(key)
    region = load_atlas().regions.get(name)
    if region is None or not region.paired:
        return [f"mid_{name}"]
    other = "right" if side == "left" else "left"
    return {
        "same": [f"{side}_{name}"],
        "opposite": [f"{other}_{name}"],
        "both": [f"left_{name}", f"right_{name}"],
    }[which]
