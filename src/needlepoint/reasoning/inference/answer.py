"""One observation answered: the posterior of every cause, by the fastest way that can be trusted."""

from __future__ import annotations

import msgspec
import numpy as np

from needlepoint.reasoning.inference import covering, inclusion, search
from needlepoint.reasoning.inference.network import Floats, Network, Observation, Reduced, reduce, tilt

# The bound on rounding before a slower way is taken. It is a worst case: measured errors are a hundredth of it.
TOLERATED_NOISE = 1e-4
# Beyond so many findings the covering is faster than the sum in long numbers.
MOST_LONG = 9


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
    total = trusted_sum(part)
    if total is not None:
        return total.marginals(), "exact"
    if part.leak.size <= covering.MOST_FINDINGS:
        return covering.marginals(part)[0], "exact"
    return search.marginals(part, search.heaviest(part)), "search"


def trusted_sum(part: Reduced) -> inclusion.Inclusion | None:
    """The alternating sum, in longer numbers where the usual ones cancel; None where neither can be trusted."""
    if part.leak.size > inclusion.MOST_FINDINGS:
        return None
    total = inclusion.include(part)
    if total.trust >= TOLERATED_NOISE and part.leak.size <= MOST_LONG:
        total = inclusion.include(part, np.longdouble)
    return total if total.trust < TOLERATED_NOISE else None


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


__all__ = ["Network", "Observation", "Posterior", "infer", "relevant_marginals", "tilt", "trusted_sum"]
