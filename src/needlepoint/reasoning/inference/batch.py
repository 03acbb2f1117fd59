"""Many drawings at once, on several processes: the same answers as one by one, faster."""

from __future__ import annotations

import os
from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.base.refusal import Fault, Refused
from needlepoint.reasoning.inference import blocks
from needlepoint.reasoning.inference.answer import (
    BLOCK_SIZES,
    FINE_NOISE,
    MOST_FINDINGS,
    TOLERATED_NOISE,
    is_coverable,
    relevant_marginals,
)
from needlepoint.reasoning.inference.network import Floats, Network, Observation, reduce
from needlepoint.reasoning.inference.sheaf import Numbers, Sheaf, heads

__all__ = ["infer_batch"]

Marks = NDArray[np.bool_]
TOGETHER = (
    1024  # drawings in one sheaf times the subsets of their findings: what fits into the processor's cache
)
FEWEST = 16
AT_ONCE = 2_000  # most drawings sent to a process at a time


class _Kinds(msgspec.Struct, frozen=True, eq=False):
    """The (cause, pattern) pairs of the network that can be on, W of them, each with its causes and findings.

    `weight` (W,) is the weight of being on over the weight of being off before anything was seen; `log_miss` and
    `miss` (F, W); `touched` (F, C) says which causes touch a finding in any pattern.
    """

    cause: Numbers
    head: Numbers
    weight: Floats
    log_miss: Floats
    miss: Floats
    touched: Floats
    leak: Floats


def infer_batch(network: Network, present: Marks, absent: Marks, workers: int = 1) -> Floats:
    """Return the posterior (N, C) of every cause for N drawings, as `infer` does for each.

    `present` and `absent` (N, F) say of each finding whether it was seen or excluded; a finding in neither is unknown.
    `workers` > 1 uses several processes. Refused when a finding is in both.
    """
    _refuse_contradictions(present, absent)
    if workers > 1 and len(present) > AT_ONCE:
        return _shared_out(network, present, absent, workers)
    kinds = _kinds(network)
    posterior = np.empty((len(present), network.causes))
    # Drawings of one width go together: they share the shape of their blocks.
    left = np.argsort(present.sum(axis=1), kind="stable")
    for most in BLOCK_SIZES:
        unsettled = [np.zeros(0, dtype=np.intp)]
        for rows in _chunks(left, present):
            posterior[rows], settled = _together(kinds, present[rows], absent[rows], most)
            unsettled.append(rows[~settled])
        left = np.concatenate(unsettled)
    for row in left:
        posterior[row] = _alone(network, present[row], absent[row])
    return posterior


def _chunks(order: Numbers, present: Marks) -> Iterator[Numbers]:
    """Return drawings whose sheaf fits into the processor's cache: the more findings, the fewer at a time."""
    start = 0
    while start < order.size:
        wide = int(present[order[start]].sum())
        rows = order[start : start + max(FEWEST, TOGETHER >> wide)]
        start += rows.size
        yield rows


def _refuse_contradictions(present: Marks, absent: Marks) -> None:
    rows, findings = np.nonzero(present & absent)
    if rows.size:
        raise Refused(
            Fault(
                f"drawing {row}",
                f"finding {finding}, which is said to be absent as well",
                "findings that are present or absent, not both",
            )
            for row, finding in zip(rows.tolist(), findings.tolist(), strict=True)
        )


def _shared_out(network: Network, present: Marks, absent: Marks, workers: int) -> Floats:
    """The same by several processes. Each takes every n-th drawing, so that no process gets all the wide ones."""
    count = workers * -(-len(present) // (workers * AT_ONCE))
    parts = [(present[first::count], absent[first::count]) for first in range(count)]
    posterior = np.empty((len(present), network.causes))
    from concurrent.futures import ProcessPoolExecutor  # slow to import, and a single answer does not need it
    from multiprocessing import get_context

    context = get_context("fork" if hasattr(os, "fork") else "spawn")
    with ProcessPoolExecutor(workers, context, _hold, (network,)) as pool:
        for first, found in enumerate(pool.map(_held, parts)):
            posterior[first::count] = found
    return posterior


_shared: list[Network] = []  # the state of a worker process


def _hold(network: Network) -> None:
    _shared[:] = [network]


def _held(part: tuple[Marks, Marks]) -> Floats:
    return infer_batch(_shared[0], *part)


def _kinds(network: Network) -> _Kinds:
    cause, pattern = np.nonzero(network.share > 0.0)
    log_miss = network.log_miss[cause, pattern]
    head = heads(cause)
    return _Kinds(
        cause=cause,
        head=head,
        weight=network.share[cause, pattern] * (network.prior / (1.0 - network.prior))[cause],
        log_miss=log_miss.T.copy(),
        miss=np.exp(log_miss.T),
        touched=np.logical_or.reduceat(log_miss < 0.0, head, axis=0).T.astype(np.float64),
        leak=network.leak,
    )


def _together(kinds: _Kinds, present: Marks, absent: Marks, most: int) -> tuple[Floats, Marks]:
    """Return the posterior (D, C) of a few drawings, and which of them (D,) need no separate answer."""
    ratio = np.exp(absent.astype(np.float64) @ kinds.log_miss) * kinds.weight
    odds = np.add.reduceat(ratio, kinds.head, axis=1)
    posterior = odds / (1.0 + odds)
    relevant = (present.astype(np.float64) @ kinds.touched > 0.0) & (odds > 0.0)
    drawing, kind = np.nonzero(relevant[:, kinds.cause] & (ratio > 0.0))
    pair = drawing * kinds.touched.shape[1] + kinds.cause[kind]
    sheaf = Sheaf(
        miss=kinds.miss,
        leak=kinds.leak,
        present=tuple(np.flatnonzero(row) for row in present),
        kind=kind,
        drawing=drawing,
        cause=pair,
        ratio=ratio[drawing, kind],
    )
    settled = blocks.settle(sheaf, most)
    posterior[relevant] = settled.probability
    rows = np.bincount(drawing, minlength=len(present))
    return posterior, _is_settled(present.sum(axis=1), rows, settled.noise, most)


def _is_settled(findings: Numbers, rows: Numbers, noise: Floats, most: int) -> Marks:
    """Whether the single answer would stop here as well."""
    coverable = np.array([is_coverable(*both) for both in zip(findings, rows, strict=True)])
    fine = (noise < FINE_NOISE) & (findings <= most) & (most == BLOCK_SIZES[0])
    return np.where(coverable, fine, (noise < TOLERATED_NOISE) & (findings <= MOST_FINDINGS))


def _alone(network: Network, present: Marks, absent: Marks) -> Floats:
    seen = Observation(
        present=tuple((int(finding),) for finding in np.flatnonzero(present)),
        absent=np.flatnonzero(absent),
        odds=np.ones(network.causes),
    )
    part = reduce(network, seen)
    posterior = part.alone.copy()
    posterior[part.relevant] = relevant_marginals(part)[0]
    return posterior
