"""Many drawings at once: inclusion-exclusion over arrays, for drawings in which every asked finding is told.

The single answer folds one drawing at a time; here drawings with the same number of present findings go through the
same sum together. Where the sum cannot be trusted, or a drawing is too wide for it, the single answer steps in.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.reasoning.inference.answer import TOLERATED_NOISE, relevant_marginals
from needlepoint.reasoning.inference.inclusion import signs, subset_products
from needlepoint.reasoning.inference.network import Floats, Network, Observation, reduce

__all__ = ["infer_batch"]

Marks = NDArray[np.bool_]
MOST_FINDINGS = 9  # beyond, 2^n terms a drawing cost more than the single way
CELLS = 400_000  # numbers in one array of a chunk: small enough to stay in the processor's cache
AT_ONCE = 2_000  # drawings handed to a process at a time


class _Table(msgspec.Struct, frozen=True, eq=False):
    """The network in the layout that the batch reads: findings first, and what silence of all of them weighs."""

    miss: Floats  # (F, C, K)
    touches: Marks  # (F, C)
    silent: Floats  # (C, K) weight of being on with every asked finding absent
    off: Floats  # (C,)
    alone: Floats  # (C,) posterior of a cause that touches nothing present
    leak: Floats  # (F,)


def infer_batch(network: Network, marks: Marks, asked: NDArray[np.intp], workers: int = 1) -> Floats:
    """Posterior (N, C) of every cause for N drawings.

    `marks` (N, A) says of each of the A findings `asked` (finding numbers) whether it is present; what is not
    present is absent, and findings not asked are unknown. `workers` > 1 shares the work among processes.
    """
    if workers > 1 and len(marks) > AT_ONCE:
        parts = [marks[start : start + AT_ONCE] for start in range(0, len(marks), AT_ONCE)]
        context = get_context("fork" if hasattr(os, "fork") else "spawn")
        with ProcessPoolExecutor(workers, context, _hold, (network, asked)) as pool:
            return np.concatenate(list(pool.map(_held, parts)))
    table = _table(network, asked)
    posterior = np.empty((len(marks), network.causes))
    count = marks.sum(axis=1)
    for size in np.unique(count):
        rows = np.flatnonzero(count == size)
        if size > MOST_FINDINGS:
            _one_by_one(network, marks, asked, rows, posterior)
            continue
        present = np.nonzero(marks[rows])[1].reshape(len(rows), size)
        doubtful = _same_size(table, present, rows, posterior, np.float64)
        if len(doubtful):  # the usual numbers cancel: once more in longer ones
            present = np.nonzero(marks[doubtful])[1].reshape(len(doubtful), size)
            doubtful = _same_size(table, present, doubtful, posterior, np.longdouble)
        _one_by_one(network, marks, asked, doubtful, posterior)
    return posterior


_network: list[tuple[Network, NDArray[np.intp]]] = []  # what a worker process answers for


def _hold(network: Network, asked: NDArray[np.intp]) -> None:
    _network[:] = [(network, asked)]


def _held(marks: Marks) -> Floats:
    network, asked = _network[0]
    return infer_batch(network, marks, asked)


def _table(network: Network, asked: NDArray[np.intp]) -> _Table:
    log_miss = np.ascontiguousarray(network.log_miss[:, :, asked].transpose(2, 0, 1))
    silent = network.prior[:, None] * network.share * np.exp(log_miss.sum(axis=0))
    off = 1.0 - network.prior
    return _Table(
        miss=np.exp(log_miss),
        touches=np.asarray((log_miss < 0.0).any(axis=2)),
        silent=silent,
        off=off,
        alone=silent.sum(axis=1) / (silent.sum(axis=1) + off),
        leak=network.leak[asked],
    )


def _same_size(
    table: _Table,
    present: NDArray[np.intp],
    rows: NDArray[np.intp],
    posterior: Floats,
    precision: type[np.floating[Any]],
) -> NDArray[np.intp]:
    """Fills `posterior` for drawings of one size; returns the rows whose sum cannot be trusted."""
    touched = np.asarray(table.touches[present].any(axis=1))
    # Drawings that touch as many causes sit together, so that little is padded.
    order = np.argsort(touched.sum(axis=1), kind="stable")
    doubtful: list[NDArray[np.intp]] = []
    start = 0
    while start < len(order):
        wide = int(touched[order[start : start + 64]].sum(axis=1).max(initial=0)) or 1
        step = max(1, min(64, CELLS // (wide * table.miss.shape[2] << present.shape[1])))
        part = order[start : start + step]
        trusted = _chunk(table, present[part], touched[part], rows[part], posterior, precision)
        doubtful.append(rows[part][~trusted])
        start += step
    return np.concatenate(doubtful)


def _chunk(
    table: _Table,
    present: NDArray[np.intp],
    touched: Marks,
    rows: NDArray[np.intp],
    posterior: Floats,
    precision: type[np.floating[Any]],
) -> Marks:
    """The sum over all subsets for one chunk; untouched causes pad the arrays and cancel out."""
    drawings, size = present.shape
    posterior[rows] = table.alone
    wide = int(touched.sum(axis=1).max(initial=0))
    if not wide:
        return np.ones(drawings, dtype=bool)
    causes = np.argsort(~touched, axis=1, kind="stable")[:, :wide]
    shown = table.miss[present[:, :, None], causes[:, None, :]]  # (B, n, R, K)
    # The weight of being on when all else is silent: the present findings are taken out of the silence.
    on = (table.silent[causes] / np.prod(shown, axis=1))[..., None].astype(precision)
    for column in range(size):
        on = np.concatenate([on, on * shown[:, column, :, :, None]], axis=-1)
    lit = on.sum(axis=2)  # (B, R, 2^n)
    factor = lit + table.off[causes][..., None]
    unlit = np.prod(factor / factor[..., :1], axis=1) * subset_products(1.0 - table.leak[present])
    signed = unlit * signs(size)
    evidence = signed.sum(axis=1)
    noise = unlit.sum(axis=1) * np.finfo(precision).eps * (1 + wide)
    trusted = (evidence > 0.0) & (noise < TOLERATED_NOISE * evidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.einsum("brs,bs->br", lit / factor, signed) / evidence[:, None]
    posterior[rows[:, None], causes] = np.clip(found, 0.0, 1.0)
    return np.asarray(trusted)


def _one_by_one(
    network: Network, marks: Marks, asked: NDArray[np.intp], rows: NDArray[np.intp], posterior: Floats
) -> None:
    for row in rows:
        seen = Observation(
            present=tuple((int(finding),) for finding in asked[marks[row]]),
            absent=asked[~marks[row]],
            odds=np.ones(network.causes),
        )
        part = reduce(network, seen)
        posterior[row] = part.alone
        posterior[row, part.relevant] = relevant_marginals(part)[0]
