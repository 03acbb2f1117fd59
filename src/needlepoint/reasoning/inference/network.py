"""The network as arrays, and one drawing as an observation of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.base.refusal import Fault, Refused

Floats = NDArray[np.float64]


class Network(msgspec.Struct, frozen=True, eq=False):
    """A noisy-OR network whose causes are many-valued: off, or on in one of a few patterns.

    With C causes, K patterns at most and F findings: `prior` (C,), `share` (C, K) sums to 1 over the patterns
    of a cause (0 pads), `log_miss` (C, K, F) is log(1 - link): the log chance that an active cause in that
    pattern leaves the finding absent. `leak` (F,) is the chance that a finding is present without any cause.
    The first `drawn` findings are regions, of which a drawing leaves nearly all absent.
    """

    prior: Floats
    share: Floats
    log_miss: Floats
    leak: Floats
    drawn: int = 0

    @property
    def causes(self) -> int:
        """How many causes there are."""
        return int(self.prior.shape[0])


class Observation(msgspec.Struct, frozen=True, eq=False):
    """What was seen of the findings.

    `present` holds groups of finding numbers: at least one finding of each group is present (a group of one is
    the usual case; 'the midline of the low back' is the group of its left and its right). `absent` holds the
    finding numbers that are known to be absent. A finding named in neither is not known. `odds` (C,) multiplies
    the prior odds of each cause: what palpation said. Two groups may be one inside the other; groups that overlap
    otherwise are not meant.
    """

    present: tuple[tuple[int, ...], ...]
    absent: NDArray[np.intp]
    odds: Floats


class Folded(msgspec.Struct, frozen=True, eq=False):
    """The effect of an observation's findings on the network, independent of the odds of the causes.

    `silent` (C, K) is the chance that a cause in a pattern lights none of the absent findings. Of the n present
    `groups`: `miss` (C, K, n) is the chance that it leaves each unlit, `lights` whether it can light it, `leak` (n,).
    """

    groups: tuple[tuple[int, ...], ...]
    silent: Floats
    lights: NDArray[np.bool_]
    miss: Floats
    leak: Floats


class Reduced(msgspec.Struct, frozen=True, eq=False):
    """The part of the network that an observation touches, with absent findings folded into the weights.

    For R relevant causes and n present groups: `off` (R,) weight of being off, `on` (R, K) weight of being on in
    each pattern, `miss` (R, K, n) chance of leaving each present group unlit, `leak` (n,). `relevant` (R,) are
    cause numbers. `alone` (C,) is the posterior of the causes that touch nothing present.
    """

    off: Floats
    on: Floats
    miss: Floats
    leak: Floats
    relevant: NDArray[np.intp]
    alone: Floats


def reduce(network: Network, seen: Observation) -> Reduced:
    """Fold the absent findings and the palpation into the weights, and keep the causes that matter.

    Refused when a group is present of which every finding is absent, or which nothing in the network lights.
    """
    return weigh(network, fold(network, seen), seen.odds)


def fold(network: Network, seen: Observation) -> Folded:
    """The findings of an observation as the causes answer to them. Refused as `reduce` says."""
    groups = told_groups(seen)
    log_miss, leak = group_columns(network, groups)
    unlit = _unlit(network, seen.absent)
    return Folded(
        groups=tuple(groups), silent=np.exp(unlit), lights=log_miss < 0.0, miss=np.exp(log_miss), leak=leak
    )


def _unlit(network: Network, absent: NDArray[np.intp]) -> Floats:
    """(C, K) the log chance that none of the absent findings is lit.

    For regions, where most are absent: subtract the others from the sum over all, which is faster.
    """
    drawn = np.zeros(network.drawn, dtype=np.bool_)
    drawn[absent[absent < network.drawn]] = True
    marked = np.flatnonzero(~drawn)
    if 2 * marked.size < network.drawn:
        others = absent[absent >= network.drawn]
        found = (
            _all_drawn(network)
            - network.log_miss[:, :, marked].sum(axis=2)
            + network.log_miss[:, :, others].sum(axis=2)
        )
        if np.isfinite(found).all():  # a link that never fails is infinite, and cannot be subtracted
            return np.asarray(np.minimum(found, 0.0))
    return np.asarray(network.log_miss[:, :, absent].sum(axis=2))


@lru_cache(maxsize=2)
def _all_drawn(network: Network) -> Floats:
    return np.asarray(network.log_miss[:, :, : network.drawn].sum(axis=2))


def weigh(network: Network, folded: Folded, odds: Floats) -> Reduced:
    """Apply the odds of the causes to the result of `fold`: the part that palpation changes."""
    prior = tilt(network.prior, odds)
    on = prior[:, None] * network.share * folded.silent
    touched = folded.lights & (on > 0.0)[:, :, None]
    _refuse_the_impossible(folded.groups, touched, folded.leak)
    off = 1.0 - prior
    total = on.sum(axis=1)
    relevant = np.flatnonzero(touched.any(axis=(1, 2)))
    return Reduced(
        off=off[relevant],
        on=on[relevant],
        miss=folded.miss[relevant],
        leak=folded.leak,
        relevant=relevant,
        alone=total / (total + off),
    )


def told_groups(seen: Observation) -> list[tuple[int, ...]]:
    """The present groups without absent findings, and without groups that contain another: they add nothing."""
    absent = set(seen.absent.tolist())
    groups = [tuple(sorted(set(group) - absent)) for group in seen.present]
    faults = [
        Fault(
            f"present[{number}]",
            f"finding {', '.join(map(str, seen.present[number]))}, which is said to be absent as well",
            "findings that are present or absent, not both",
        )
        for number, group in enumerate(groups)
        if not group
    ]
    if faults:
        raise Refused(faults)
    groups = list(dict.fromkeys(groups))
    return [group for group in groups if not any(set(other) < set(group) for other in groups)]


def _refuse_the_impossible(groups: Sequence[Sequence[int]], touched: NDArray[np.bool_], leak: Floats) -> None:
    dark = np.flatnonzero(~touched.any(axis=(0, 1)) & (leak <= 0.0))
    if dark.size:
        raise Refused(
            Fault(
                f"present[{int(number)}]",
                f"finding {', '.join(map(str, groups[int(number)]))}, which nothing in the network lights",
                "a finding that some cause or a leak can light",
            )
            for number in dark
        )


def tilt(prior: Floats, odds: Floats) -> Floats:
    """Return the prior with its odds multiplied by `odds`."""
    return prior * odds / (prior * odds + 1.0 - prior)


def group_columns(network: Network, groups: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
    """log-miss (C, K, n) and leak (n,) of the groups: a group is off only when all of its findings are."""
    if not groups:
        return np.zeros((*network.log_miss.shape[:2], 0)), np.zeros(0)
    log_miss = np.stack([network.log_miss[:, :, list(group)].sum(axis=2) for group in groups], axis=2)
    leak = np.array([1.0 - np.prod(1.0 - network.leak[list(group)]) for group in groups])
    return log_miss, leak
