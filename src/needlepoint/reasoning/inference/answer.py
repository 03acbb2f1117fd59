"""The posterior of every cause for one observation, by the best method for its width."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from needlepoint.base.refusal import Fault, Refused
from needlepoint.reasoning.inference import blocks, covering, search, sure
from needlepoint.reasoning.inference.network import (
    Floats,
    Folded,
    Network,
    Observation,
    Reduced,
    fold,
    tilt,
    weigh,
)
from needlepoint.reasoning.inference.sheaf import sheaf_of

# Relative error that rounding may cause in a posterior: where the covering is cheap, and where it is not.
FINE_NOISE = 1e-7
TOLERATED_NOISE = 1e-3
BLOCK_SIZES = (7, 6, 4, 2)  # tried in turn: smaller blocks lose less to rounding and more to the partition
FEW_ROWS = 64  # number of (cause, pattern) pairs that the covering handles in milliseconds
MOST_FINDINGS = (
    40  # drawings wider than those on which the blocks were measured are searched, and the result says so
)
IMPOSSIBLE = Fault("present", "findings that no state of the network shows together", "findings that can be")


class Posterior(msgspec.Struct, frozen=True, eq=False):
    """The answer: `probability` (C,) of each cause; `method`; the heaviest sets of causes with their shares.

    `method` is 'exact', 'blocks' (close, see docs/explanation/inference.md) or 'search' (a bounded search: read the
    order, not the numbers).
    """

    probability: Floats
    method: str
    part: Reduced
    sets: tuple[tuple[tuple[int, ...], float], ...]


def infer(network: Network, seen: Observation) -> Posterior:
    """Return the posterior of every cause given the observation.

    Refused when no cause in the network could produce it.
    """
    return infer_folded(network, fold(network, seen), seen.odds)


def infer_folded(network: Network, folded: Folded, odds: Floats) -> Posterior:
    """The same for findings that are folded already: new odds of the causes recompute only the rest."""
    part = weigh(network, folded, odds)
    found, method = relevant_marginals(part)
    probability = part.alone.copy()
    probability[part.relevant] = found
    return Posterior(probability=probability, method=method, part=part, sets=_best_sets(part, found))


def relevant_marginals(part: Reduced) -> tuple[Floats, str]:
    """Return the posterior (R,) of the relevant causes, and how it was computed."""
    size = part.leak.size
    if is_coverable(size, int(np.count_nonzero(part.on))):
        return _small(part), "exact"
    for most in BLOCK_SIZES if size <= MOST_FINDINGS else ():
        settled = blocks.settle(sheaf_of(part), most)
        if settled.noise[0] < TOLERATED_NOISE:
            return settled.probability, "exact" if size <= most else "blocks"
    sets = search.heaviest(part)
    if sets[0].log_weight == -np.inf:
        raise Refused(IMPOSSIBLE)
    return search.marginals(part, sets), "search"


def _small(part: Reduced) -> Floats:
    """Return the posterior (R,) where the covering is cheap, by the faster sum if that loses no precision."""
    if part.leak.size <= BLOCK_SIZES[0]:
        whole = blocks.settle(sheaf_of(part), BLOCK_SIZES[0])
        if whole.noise[0] < FINE_NOISE:
            return whole.probability
    found, evidence = covering.marginals(part)
    if evidence > 0.0:
        return found
    raise Refused(IMPOSSIBLE)


def is_coverable(findings: int, rows: int) -> bool:
    """Whether a drawing is small enough for dynamic programming: no cancellation and little time."""
    return findings <= covering.MOST_FINDINGS and rows <= FEW_ROWS


def given_each(part: Reduced, known: Sequence[int], now: Floats) -> Floats:
    """Return (len(known), R) posteriors, given that each cause in `known` is certain in turn.

    Drawings too wide for blocks are answered as if causes were independent; `now` is their posterior.
    """
    if part.leak.size > MOST_FINDINGS or not known:
        return np.tile(now, (len(known), 1))
    if part.leak.size <= BLOCK_SIZES[0]:
        return sure.given_each(part, known)
    ratios = np.tile(part.on / part.off[:, None], (len(known), 1, 1))
    ratios[np.arange(len(known)), known] *= sure.SURE
    return blocks.settle(sheaf_of(part, ratios), BLOCK_SIZES[0]).probability.reshape(len(known), -1)


def _best_sets(part: Reduced, found: Floats, most: int = 5) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Return the sets of causes (by number) with the greatest weight among the likeliest causes, with their share."""
    likely = np.sort(np.argsort(-found)[:8])
    small = msgspec.structs.replace(
        part,
        off=part.off[likely],
        on=part.on[likely],
        miss=part.miss[likely],
        relevant=part.relevant[likely],
    )
    sets = search.heaviest(small, beam=16, most=3)
    weights = np.exp([item.log_weight - sets[0].log_weight for item in sets])
    shares = weights / weights.sum()
    return tuple(
        (tuple(int(small.relevant[member]) for member in item.members), float(share))
        for item, share in zip(sets[:most], shares[:most], strict=True)
    )


__all__ = [
    "Network",
    "Observation",
    "Posterior",
    "given_each",
    "infer",
    "infer_folded",
    "is_coverable",
    "relevant_marginals",
    "tilt",
]
