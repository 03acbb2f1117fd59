"""One observation answered: the posterior of every cause, by the fastest way that can be trusted."""

from __future__ import annotations

import msgspec
import numpy as np

from needlepoint.reasoning.inference import covering, inclusion, search
from needlepoint.reasoning.inference.network import Floats, Network, Observation, Reduced, reduce, tilt

# A posterior may be off by this share of itself through rounding before the slower way is taken.
TOLERATED_NOISE = 1e-6


class Posterior(msgspec.Struct, frozen=True, eq=False):
    """The answer: `probability` (C,) of each cause; `method` 'exact' or 'search'; the heaviest sets of causes."""

    probability: Floats
    method: str
    part: Reduced
    sets: tuple[tuple[tuple[int, ...], float], ...]


def infer(network: Network, seen: Observation) -> Posterior:
    """The posterior of every cause given what was seen."""
    part = reduce(network, seen)
    found, method = relevant_marginals(part)
    probability = part.alone.copy()
    probability[part.relevant] = found
    return Posterior(probability=probability, method=method, part=part, sets=_best_sets(part, found))


def relevant_marginals(part: Reduced) -> tuple[Floats, str]:
    """Posterior (R,) of the relevant causes, and how it was found."""
    if part.leak.size <= inclusion.MOST_FINDINGS:
        total = inclusion.include(part)
        if total.trust < TOLERATED_NOISE:
            return total.marginals(), "exact"
    if part.leak.size <= covering.MOST_FINDINGS:
        return covering.marginals(part)[0], "exact"
    return search.marginals(part, search.heaviest(part)), "search"


def _best_sets(part: Reduced, found: Floats, most: int = 5) -> tuple[tuple[tuple[int, ...], float], ...]:
    """The sets of causes (by cause number) of greatest weight among the likeliest causes, with their share."""
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


__all__ = ["Network", "Observation", "Posterior", "infer", "relevant_marginals", "tilt"]
