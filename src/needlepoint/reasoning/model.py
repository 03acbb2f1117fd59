"""The atlas as a network: a cause for each muscle and side and each non-muscular cause; a finding for each region,
feature and sign.

A muscle acts through one of its trigger points (its patterns), or through all of them together; another cause on one
side or on both. In each area an unlisted cause competes with them.
"""

from __future__ import annotations

import json
from functools import lru_cache

import msgspec
import numpy as np

from needlepoint.anatomy.load import DATA as ATLAS_DATA
from needlepoint.anatomy.load import VOCABULARIES, Atlas, load_atlas
from needlepoint.anatomy.types import Muscle, TriggerPoint
from needlepoint.base.compiled import compiled
from needlepoint.reasoning.causes.network import SAID, UNLISTED, nearby, other_cause, sided
from needlepoint.reasoning.causes.rows import BodyArea, Cause, Causes, load_causes
from needlepoint.reasoning.inference.network import Floats, Network
from needlepoint.reasoning.kept_model import FILE, KeptModel, keep_network, made_from
from needlepoint.reasoning.strengths import Strengths, load_strengths


class Model(msgspec.Struct, frozen=True, eq=False):
    """The network with the names of its rows and columns.

    `causes` are (muscle id, side), the first of the network; `others` the ids of the non-muscular causes after them
    ('unlisted:AREA' for the unlisted one). `patterns` are the trigger point ids of a muscle, 'together' last, and the
    sides of another cause. `column` gives the finding number of a region id, of 'vocabulary:feature' or of
    'said:finding'.
    """

    atlas: Atlas
    network: Network
    causes: tuple[tuple[str, str], ...]
    patterns: tuple[tuple[str, ...], ...]
    column: dict[str, int]
    regions: tuple[str, ...]
    others: tuple[str, ...] = ()

    def links(self, cause: int, pattern: int) -> Floats:
        """Probability (F,) that each finding is present when only this cause is on, in this pattern."""
        return np.asarray(-np.expm1(self.network.log_miss[cause, pattern]))


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Return the network of the whole atlas as compiled beside its data."""
    kept = compiled(FILE, made_from(), KeptModel, keep_model)
    return Model(
        atlas=load_atlas(),
        network=kept.network.read(),
        causes=kept.causes,
        patterns=kept.patterns,
        column={name: number for number, name in enumerate(kept.columns)},
        regions=kept.regions,
        others=kept.others,
    )


def keep_model() -> KeptModel:
    """Compile the network of the whole atlas. Slow: the program reads the stored form."""
    built = build_model(load_atlas(), load_strengths(), load_causes())
    return KeptModel(
        network=keep_network(built.network),
        causes=built.causes,
        patterns=built.patterns,
        columns=tuple(built.column),
        regions=built.regions,
        others=built.others,
    )


def build_model(atlas: Atlas, strengths: Strengths, known: Causes) -> Model:
    """Build the network of an atlas and of the non-muscular causes, under given strengths."""
    regions = tuple(
        name
        for region in atlas.regions.values()
        for name in ([f"left_{region.id}", f"right_{region.id}"] if region.paired else [f"mid_{region.id}"])
    )
    told = sorted({row.finding for cause in known.causes for row in cause.raises if ":" not in row.finding})
    features = [f"{v}:{id_}" for v in VOCABULARIES for id_ in atlas.features[v]]
    names = [*regions, *features, *(f"{SAID}{finding}" for finding in told)]
    column = {name: number for number, name in enumerate(names)}
    causes = tuple(
        (muscle.id, side)
        for muscle in atlas.muscles.values()
        for side in (("left", "right") if muscle.paired else ("midline",))
    )
    spread = _neighbor_shares(regions) * strengths.link.neighbor
    patterns, rows = [], []
    for muscle_id, side in causes:
        muscle = atlas.muscles[muscle_id]
        prior = strengths.prior_of(muscle.frequency)
        links = _muscle_links(muscle, side, atlas, strengths, column, spread)
        patterns.append(_pattern_names(muscle))
        rows.append((prior, _shares(muscle, strengths), links))
    others: list[Cause | BodyArea] = [*known.causes, *known.areas.values()]
    for other in others:
        found = other_cause(other, known, atlas, strengths, column)
        patterns.append(found.patterns)
        rows.append((found.prior, found.share, found.links))
    leak = [_leak(name, strengths) for name in names]
    return Model(
        atlas=atlas,
        network=_network(rows, np.array(leak), len(regions)),
        causes=causes,
        patterns=tuple(patterns),
        column=column,
        regions=regions,
        others=tuple(other.id if isinstance(other, Cause) else UNLISTED + other.id for other in others),
    )


def _network(rows: list[tuple[float, Floats, Floats]], leak: Floats, drawn: int) -> Network:
    """Return the arrays of causes given as (prior, shares of the patterns, links of each pattern)."""
    most = max(len(share) for _, share, _ in rows)
    log_miss = np.zeros((len(rows), most, leak.size))
    share = np.zeros((len(rows), most))
    for number, (_, shares, links) in enumerate(rows):
        log_miss[number, : len(links)] = np.log1p(-links)
        share[number, : len(shares)] = shares
    prior = np.array([prior for prior, _, _ in rows])
    return Network(prior=prior, share=share, log_miss=log_miss, leak=leak, drawn=drawn)


def _leak(name: str, strengths: Strengths) -> float:
    if name.startswith(SAID):
        return strengths.said_leak(name.removeprefix(SAID))
    return strengths.leak_of(name.partition(":")[0] if ":" in name else "region")


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
    """(patterns, F) link strengths of one cause; with several points the last row is all of them together."""
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
    direct[:size] = nearby(direct[:size], spread)
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


def _neighbor_shares(regions: tuple[str, ...]) -> Floats:
    """(R, R): the share of region r's border that it shares with region s."""
    skin = json.loads((ATLAS_DATA / "geometry" / "skin.json").read_text(encoding="utf-8"))["regions"]
    number = {name: index for index, name in enumerate(regions)}
    found = np.zeros((len(regions), len(regions)))
    for name, facts in skin.items():
        borders = facts["neighbours_mm"]
        for other, length in borders.items():
            found[number[name], number[other]] = length / sum(borders.values())
    return found
