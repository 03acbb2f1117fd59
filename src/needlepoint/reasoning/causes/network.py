"""A non-muscular cause as a row of the network: its prior, its sides, its links."""

from __future__ import annotations

import msgspec
import numpy as np

from needlepoint.anatomy.load import Atlas, split_region
from needlepoint.reasoning.causes.rows import BodyArea, Cause, CauseRegion, Causes
from needlepoint.reasoning.inference.network import Floats
from needlepoint.reasoning.strengths import Strengths

__all__ = ["SAID", "UNLISTED", "CauseRow", "nearby", "other_cause", "sided"]

OTHER = {"left": "right", "right": "left"}
SAID = "said:"  # prefix of a finding that comes from words
UNLISTED = "unlisted:"  # prefix of the area of a cause that is on no list
_SIDES = {
    "same": ("left", "right", "both"),
    "either": ("left", "right", "both"),
    "midline": ("midline",),
    "left_only": ("left",),
    "right_only": ("right",),
}


class CauseRow(msgspec.Struct, frozen=True, eq=False):
    """One cause of the network: prior, the names and shares (K,) of its patterns, their links (K, F)."""

    prior: float
    patterns: tuple[str, ...]
    share: Floats
    links: Floats


def sided(region: str, side: str, atlas: Atlas) -> list[str]:
    """Return the region ids that a zone key stands for when the cause is on `side`."""
    where, plain = split_region(region)
    if not atlas.regions[plain].paired:
        return [f"mid_{plain}"]
    if where == "both" or side in ("midline", "both"):
        return [f"left_{plain}", f"right_{plain}"]
    return [f"{OTHER[side] if where == 'opposite' else side}_{plain}"]


def nearby(direct: Floats, spread: Floats) -> Floats:
    """Return the links (R,) of regions. A region that no zone names gets a small share of its neighboring zones."""
    caught = 1.0 - np.prod(1.0 - spread * direct, axis=1)
    return np.asarray(1.0 - (1.0 - direct) * (1.0 - caught))


def other_cause(
    other: Cause | BodyArea, known: Causes, atlas: Atlas, strengths: Strengths, column: dict[str, int]
) -> CauseRow:
    """Return the row of a cause, listed or unlisted, in an area."""
    if isinstance(other, BodyArea):
        return _unlisted(other, atlas, strengths, column)
    sides = _SIDES[other.side]
    both = other.both_sides if len(sides) == 3 and other.both_sides >= strengths.other.rarely_both else 0.0
    share = np.array([(1.0 - both) / 2, (1.0 - both) / 2, both]) if len(sides) == 3 else np.ones(1)
    sides, share = sides[: 3 if both else 2], share[: 3 if both else 2]
    links = np.stack([_links(other, side, atlas, strengths, column) for side in sides])
    area = known.areas[other.area]
    prior = area.share_of_visits * other.prior.per_100000 / 100_000
    return CauseRow(min(prior, 0.5), sides, share, np.minimum(links, strengths.link.most))


def _links(cause: Cause, side: str, atlas: Atlas, strengths: Strengths, column: dict[str, int]) -> Floats:
    direct = np.zeros(len(column))
    for zone in (*cause.spill, *cause.essential):
        for region in _regions(zone, side, atlas):
            direct[column[region]] = max(direct[column[region]], zone.weight * strengths.other.region)
    # No share from neighbors: a cause names its spill itself, and each further region costs time.
    for row in cause.raises:
        name = row.finding if ":" in row.finding else SAID + row.finding
        direct[column[name]] = row.strength * strengths.other.finding
    return direct


def _regions(zone: CauseRegion, side: str, atlas: Atlas) -> list[str]:
    """Return the regions of a zone. A zone bound to a side is felt there, whatever the side of the cause."""
    return sided(zone.region, zone.side if zone.side in OTHER else side, atlas)


def _unlisted(area: BodyArea, atlas: Atlas, strengths: Strengths, column: dict[str, int]) -> CauseRow:
    sides = ("left", "right")
    links = np.zeros((len(sides), len(column)))
    for number, side in enumerate(sides):
        for plain in area.regions:
            for region in sided(plain, side, atlas):
                links[number, column[region]] = strengths.other.unlisted_link
    return CauseRow(area.share_of_visits * strengths.other.unlisted, sides, np.full(2, 0.5), links)
