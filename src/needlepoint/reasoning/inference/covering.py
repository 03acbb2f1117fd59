"""Exact answers without cancellation: dynamic programming over which present findings are covered.

Walking through the causes one by one, the state is the set of findings lit so far (2^n states). Only positive
numbers are added, so that even a drawing of one in 10^30 comes out to full precision; the price is time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from needlepoint.reasoning.inference.network import Floats, Reduced

MOST_FINDINGS = 14


def marginals(part: Reduced) -> tuple[Floats, float]:
    """Posterior (R,) of each relevant cause, and the weight of the evidence."""
    ahead = _ahead(part)
    covered = _start(part)
    found = np.zeros(part.relevant.size)
    for cause in range(part.relevant.size):
        later = ahead[cause + 1]
        found[cause] = float((covered * _spread_back(part, cause, later)).sum())
        covered = part.off[cause] * covered + _spread(part, cause, covered)
    evidence = float(ahead[0].reshape(-1)[0])
    return found / evidence, evidence


def _start(part: Reduced) -> Floats:
    start = np.zeros((2,) * part.leak.size)
    start[(0,) * part.leak.size] = 1.0
    return start


def _ahead(part: Reduced) -> list[Floats]:
    """For each cause the chance, from each state, that it and the causes after it (and leaks) light the rest."""
    rest = np.ones((2,) * part.leak.size)
    for axis, leak in enumerate(part.leak):
        _side(rest, axis, 0)[...] *= leak
    found = [rest]
    for cause in reversed(range(part.relevant.size)):
        rest = part.off[cause] * rest + _spread_back(part, cause, rest)
        found.append(rest)
    return found[::-1]


def _spread(part: Reduced, cause: int, state: Floats) -> Floats:
    """Where the mass of `state` goes when the cause is on: each finding it touches is lit or missed."""
    total = np.zeros_like(state)
    for pattern, weight in enumerate(part.on[cause]):
        if weight == 0.0:
            continue
        moved = state * weight
        for axis in np.flatnonzero(part.miss[cause, pattern] < 1.0):
            miss = part.miss[cause, pattern, axis]
            unlit, lit = _side(moved, axis, 0), _side(moved, axis, 1)
            lit += (1.0 - miss) * unlit
            unlit *= miss
        total += moved
    return total


def _spread_back(part: Reduced, cause: int, later: Floats) -> Floats:
    """The adjoint of `_spread`: what each state is worth when the cause is on and `later` comes after it."""
    total = np.zeros_like(later)
    for pattern, weight in enumerate(part.on[cause]):
        if weight == 0.0:
            continue
        worth = later * weight
        for axis in np.flatnonzero(part.miss[cause, pattern] < 1.0):
            miss = part.miss[cause, pattern, axis]
            unlit, lit = _side(worth, axis, 0), _side(worth, axis, 1)
            unlit *= miss
            unlit += (1.0 - miss) * lit
        total += worth
    return total


def _side(state: Floats, axis: np.intp | int, value: int) -> Floats:
    """A view of the states in which the finding on `axis` is lit (1) or not (0)."""
    place: tuple[Any, ...] = (*((slice(None),) * int(axis)), value, ...)
    return np.asarray(state[place])
