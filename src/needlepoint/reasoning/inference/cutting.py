"""Partition a drawing into blocks: findings that share causes stay together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlepoint.reasoning.inference.sheaf import Numbers, Sheaf

MOST_ODDS = 5.0  # a nearly certain cause ties findings no closer than a likely one


def cut(sheaf: Sheaf, most: int) -> list[Numbers]:
    """For each drawing, the block number (0, 1, ...) of each of its findings; at most `most` findings in a block."""
    sizes = np.array([columns.size for columns in sheaf.present])
    found = [np.zeros(size, dtype=np.intp) for size in sizes]
    begin = np.searchsorted(sheaf.drawing, np.arange(len(sizes) + 1))
    for size in np.unique(sizes[sizes > most]):
        drawings = np.flatnonzero(sizes == size)
        ties = np.stack([_ties(sheaf, int(d), slice(begin[d], begin[d + 1])) for d in drawings])
        for drawing, label in zip(drawings, _join(ties, most), strict=True):
            found[drawing] = np.unique(label, return_inverse=True)[1]
    return found


def _ties(sheaf: Sheaf, drawing: int, rows: slice) -> NDArray[np.float32]:
    """(n, n) how often two findings of a drawing share a cause, by a first estimate of each row's odds."""
    columns = sheaf.present[drawing]
    miss = sheaf.miss[columns[:, None], sheaf.kind[rows]]
    ratio = sheaf.ratio[rows]
    lit = 1.0 - (1.0 - sheaf.leak[columns]) * np.prod(1.0 - ratio / (1.0 + ratio) * (1.0 - miss), axis=1)
    guess = ratio * np.prod((1.0 - (1.0 - lit)[:, None] * miss) / lit[:, None], axis=0)
    link = 1.0 - miss
    ties = np.asarray((link * np.minimum(guess, MOST_ODDS)) @ link.T)
    np.fill_diagonal(ties, 0.0)
    # Left and right are alike in the atlas: values that differ by rounding only must stay equal in any batch.
    return ties.astype(np.float32)


def _join(ties: NDArray[np.float32], most: int) -> Numbers:
    """(B, n) labels: repeatedly join the two groups with the closest mean tie, up to `most` members."""
    drawings, size = ties.shape[:2]
    label = np.tile(np.arange(size), (drawings, 1))
    members = np.ones((drawings, size), dtype=np.float32)
    total = ties.copy()
    each = np.arange(drawings)
    while each.size:
        pair = members[:, :, None] * members[:, None, :]
        fits = (members[:, :, None] + members[:, None, :] <= most) & (pair > 0.0)
        fits[:, np.arange(size), np.arange(size)] = False
        mean = np.where(fits, total / np.maximum(pair, 1.0), -1.0).reshape(len(total), -1)
        best = mean.argmax(axis=1)
        more = mean[np.arange(len(best)), best] >= 0.0
        each, total, members, best = each[more], total[more], members[more], best[more]
        keep, gone = np.divmod(best, size)
        at = np.arange(each.size)
        total[at, keep] += total[at, gone]
        total[at, :, keep] += total[at, :, gone]
        members[at, keep] += members[at, gone]
        members[at, gone] = 0.0
        label[each] = np.where(label[each] == gone[:, None], keep[:, None], label[each])
    return label
