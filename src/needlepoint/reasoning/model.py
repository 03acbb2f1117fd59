"""The atlas as a network: one cause for each muscle and side, one finding for each region and feature.

A muscle speaks through one of its trigger points (its patterns), or through all of them together.
"""

from __future__ import annotations

import json
from functools import lru_cache

import msgspec
import numpy as np

from needlepoint.anatomy.load import DATA as ATLAS_DATA
from needlepoint.anatomy.load import VOCABULARIES, Atlas, load_atlas, split_region
from needlepoint.anatomy.types import Muscle, TriggerPoint
from needlepoint.reasoning.inference.network import Floats, Network
from needlepoint.reasoning.strengths import Strengths, load_strengths

OTHER = {"left": "right", "right": "left"}


class Model(msgspec.Struct, frozen=True, eq=False):
    """The network with the names of its rows and columns.

    `causes` are (muscle id, side); `patterns` the trigger point ids of each cause, 'together' last; `column`
    gives the finding number of a region id or of 'vocabulary:feature'.
    """

    atlas: Atlas
    network: Network
    causes: tuple[tuple[str, str], ...]
    patterns: tuple[tuple[str, ...], ...]
    column: dict[str, int]
    regions: tuple[str, ...]

    def links(self, cause: int, pattern: int) -> Floats:
        """Chance (F,) that each finding is present when this cause is on in this pattern, and nothing else."""
        return np.asarray(-np.expm1(self.network.log_miss[cause, pattern]))


@lru_cache(maxsize=1)
def load_model() -> Model:
    """The network of the whole atlas, built once."""
    return build_model(load_atlas(), load_strengths())


def sided(region: str, side: str, atlas: Atlas) -> list[str]:
    """The region ids that a zone key of a muscle on `side` stands for."""
    where, plain = split_region(region)
    if not atlas.regions[plain].paired:
        return [f"mid_{plain}"]
    if where == "both" or side == "midline":
        return [f"left_{plain}", f"right_{plain}"]
    return [f"{OTHER[side] if where == 'opposite' else side}_{plain}"]


def build_model(atlas: Atlas, strengths: Strengths) -> Model:
    """The network of an atlas under given strengths."""
    regions = tuple(
        name
        for region in atlas.regions.values()
        for name in ([f"left_{region.id}", f"right_{region.id}"] if region.paired else [f"mid_{region.id}"])
    )
    names = [*regions, *(f"{v}:{id_}" for v in VOCABULARIES for id_ in atlas.features[v])]
    column = {name: number for number, name in enumerate(names)}
    causes = tuple(
        (muscle.id, side)
        for muscle in atlas.muscles.values()
        for side in (("left", "right") if muscle.paired else ("midline",))
    )
    patterns = tuple(_pattern_names(atlas.muscles[muscle]) for muscle, _ in causes)
    most = max(len(row) for row in patterns)
    log_miss = np.zeros((len(causes), most, len(names)))
    share = np.zeros((len(causes), most))
    spread = _neighbour_shares(regions) * strengths.link.neighbour
    for number, (muscle_id, side) in enumerate(causes):
        muscle = atlas.muscles[muscle_id]
        links = _muscle_links(muscle, side, atlas, strengths, column, spread)
        log_miss[number, : len(links)] = np.log1p(-links)
        share[number, : len(links)] = _shares(muscle, strengths)
    leak = [strengths.leak_of("region" if ":" not in name else name.partition(":")[0]) for name in names]
    prior = [strengths.prior_of(atlas.muscles[muscle].frequency) for muscle, _ in causes]
    network = Network(prior=np.array(prior), share=share, log_miss=log_miss, leak=np.array(leak))
    return Model(
        atlas=atlas, network=network, causes=causes, patterns=patterns, column=column, regions=regions
    )


def _pattern_names(muscle: Muscle) -> tuple[str, ...]:
    points = tuple(point.id for point in muscle.points)
    return (*points, "together") if len(points) > 1 else points


def _shares(muscle: Muscle, strengths: Strengths) -> Floats:
    single = np.array([point.share for point in muscle.points])
    single = np.asarray(single / single.sum())
    if len(muscle.points) == 1:
        return single
    return np.append(single * (1.0 - strengths.link.together), strengths.link.together)


def _muscle_links(
    muscle: Muscle, side: str, atlas: Atlas, strengths: Strengths, column: dict[str, int], spread: Floats
) -> Floats:
    """(patterns, F) link strengths of one cause; the last row, if points are several, is all together."""
    links = np.stack(
        [_point_links(muscle, point, side, atlas, strengths, column, spread) for point in muscle.points]
    )
    if len(links) > 1:
        weight = np.array([point.share for point in muscle.points])[:, None]
        together = 1.0 - np.prod(1.0 - links * weight / weight.max() * 0.8, axis=0)
        links = np.vstack([links, together])
    return np.minimum(links, strengths.link.most)


def _point_links(
    muscle: Muscle,
    point: TriggerPoint,
    side: str,
    atlas: Atlas,
    strengths: Strengths,
    column: dict[str, int],
    spread: Floats,
) -> Floats:
    direct = np.zeros(len(column))
    for zone, factor in ((point.spill, strengths.link.spill), (point.essential, strengths.link.essential)):
        for key, weight in zone.items():
            for region in sided(key, side, atlas):
                direct[column[region]] = weight * factor
    size = spread.shape[0]
    # A region that no zone names still catches a little of the zones that border on it.
    nearby = 1.0 - np.prod(1.0 - spread * direct[:size], axis=1)
    direct[:size] = 1.0 - (1.0 - direct[:size]) * (1.0 - nearby)
    for vocabulary, features in (
        ("aggravators", muscle.aggravated_by),
        ("restrictions", muscle.restricts),
        ("symptoms", {**muscle.symptoms, **point.symptoms}),
        ("contexts", muscle.perpetuated_by),
        ("easers", dict.fromkeys(muscle.eased_by, 0.25)),
    ):
        for feature, weight in features.items():
            direct[column[f"{vocabulary}:{feature}"]] = weight * strengths.link.feature
    return direct


def _neighbour_shares(regions: tuple[str, ...]) -> Floats:
    """(R, R): the share of region r's border that it has in common with region s."""
    skin = json.loads((ATLAS_DATA / "geometry" / "skin.json").read_text(encoding="utf-8"))["regions"]
    number = {name: index for index, name in enumerate(regions)}
    found = np.zeros((len(regions), len(regions)))
    for name, facts in skin.items():
        borders = facts["neighbours_mm"]
        for other, length in borders.items():
            found[number[name], number[other]] = length / sum(borders.values())
    return found
