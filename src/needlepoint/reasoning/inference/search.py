"""The heaviest sets of causes, found by extending the best sets step by step (beam search).

Used for drawings with too many findings for an exact answer, and to name the few sets of muscles that best explain a
drawing. Weights are exact for each set; sets that are not visited are missing from the total.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.reasoning.inference.network import Floats, Reduced

MOST_IN_SET = 12
BEAM = 120
MOST_WORK = (
    1_500_000  # beam x rows x findings per step: wide drawings get a narrower beam instead of more time
)
NEGLIGIBLE = (
    12.0  # sets lighter than the best by this much (log) do not change the fifth decimal of any posterior
)


class Weighted(msgspec.Struct, frozen=True):
    """A set of relevant causes (positions in `Reduced.relevant`) and the log of its weight."""

    members: tuple[int, ...]
    log_weight: float


def heaviest(part: Reduced, beam: int = BEAM, most: int = MOST_IN_SET) -> list[Weighted]:
    """Sets of causes by falling weight, from the empty set until extending no longer helps."""
    table = _pattern_table(part)
    beam = max(1, min(beam, MOST_WORK // max(1, table.log_miss.size)))
    front = [_Partial(rows=(), weight=0.0, unlit=np.log1p(-part.leak))]
    seen: dict[tuple[int, ...], list[float]] = {(): [float(_lit(front[0].unlit))]}
    best = seen[()][0]
    for _ in range(most if table.owner.size else 0):
        front = _widen(front, table, beam)
        weights = [partial.weight + float(_lit(partial.unlit)) for partial in front]
        for partial, weight in zip(front, weights, strict=True):
            members = tuple(sorted(int(table.owner[row]) for row in partial.rows))
            seen.setdefault(members, []).append(weight)
        if not weights or max(weights) < best - NEGLIGIBLE:
            break
        best = max(best, *weights)
    found = [Weighted(members, float(np.logaddexp.reduce(weights))) for members, weights in seen.items()]
    return sorted(found, key=lambda item: -item.log_weight)


def marginals(part: Reduced, sets: list[Weighted]) -> Floats:
    """Posterior (R,) of each relevant cause over the visited sets."""
    top = sets[0].log_weight
    weights = np.exp([item.log_weight - top for item in sets])
    found = np.zeros(part.relevant.size)
    for item, weight in zip(sets, weights, strict=True):
        found[list(item.members)] += weight
    return found / float(weights.sum())


class _Table(msgspec.Struct, frozen=True, eq=False):
    """Every (cause, pattern) that can be on: its cause, its gain, and what it leaves off (log)."""

    owner: NDArray[np.intp]
    gain: Floats
    log_miss: Floats


class _Partial(msgspec.Struct, frozen=True, eq=False):
    """A set of table rows that is being extended: its weight without the findings, and what stays off."""

    rows: tuple[int, ...]
    weight: float
    unlit: Floats


def _pattern_table(part: Reduced) -> _Table:
    owner, pattern = np.nonzero(part.on)
    return _Table(
        owner=owner,
        gain=np.log(part.on[owner, pattern]) - np.log(part.off[owner]),
        log_miss=np.log(part.miss[owner, pattern]),
    )


def _lit(unlit: Floats) -> Floats:
    """log probability that every present finding (last axis) is on, from the log probability of each staying off."""
    return np.asarray(np.log(-np.expm1(np.minimum(unlit, -1e-300))).sum(axis=-1))


def _widen(front: list[_Partial], table: _Table, beam: int) -> list[_Partial]:
    """Return the best sets with one more cause, by their full weight; each set of rows once."""
    unlit = np.stack([partial.unlit for partial in front])[:, None, :] + table.log_miss
    weight = np.array([partial.weight for partial in front])[:, None] + table.gain
    score = weight + _lit(unlit)
    for number, partial in enumerate(front):  # a cause is on in one pattern only
        for row in partial.rows:
            score[number, table.owner == table.owner[row]] = -np.inf
    found: dict[tuple[int, ...], _Partial] = {}
    for place in np.argsort(-score, axis=None, kind="stable"):
        number, row = divmod(int(place), table.owner.size)
        if len(found) == beam or score[number, row] == -np.inf:
            break
        rows = tuple(sorted((*front[number].rows, row)))
        if rows not in found:
            found[rows] = _Partial(rows=rows, weight=float(weight[number, row]), unlit=unlit[number, row])
    return list(found.values())
