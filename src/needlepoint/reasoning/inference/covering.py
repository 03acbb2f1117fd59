"""Exact answers without cancellation: dynamic programming over the set of findings that are covered.

The causes are processed one by one; the state is the set of findings covered so far (2^n states). Only positive numbers
are added, so that even a drawing with a probability of 1e-30 keeps full precision; the price is time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from needlepoint.reasoning.inference.network import Floats, Reduced

MOST_FINDINGS = 14


def marginals(part: Reduced) -> tuple[Floats, float]:
    """Return the posterior (R,) of each relevant cause, and the weight of the evidence."""
    ahead = _ahead(part)
    covered = _start(part)
    found = np.zeros(part.relevant.size)
    for cause in range(part.relevant.size):
        later = ahead[cause + 1]
        found[cause] = float((covered * _spread_back(part, cause, later)).sum())
        covered = part.off[cause] * covered + _spread(part, cause, covered)
    evidence = float(ahead[0].reshape(-1)[0])
    return found / evidence if evidence > 0.0 else found, evidence


def _start(part: Reduced) -> Floats:
    start = np.zeros((2,) * part.leak.size)
    start[(0,) * part.leak.size] = 1.0
    return start


def _ahead(part: Reduced) -> list[Floats]:
    """For each cause and state, the probability that it and the later causes (and leaks) cover the rest."""
    rest = np.ones((2,) * part.leak.size)
    for axis, leak in enumerate(part.leak):
        _side(rest, axis, 0)[...] *= leak
    found = [rest]
    for cause in reversed(range(part.relevant.size)):
        rest = part.off[cause] * rest + _spread_back(part, cause, rest)
        found.append(rest)
    return found[::-1]


def _spread(part: Reduced, cause: int, state: Floats) -> Floats:
    """Return where the mass of `state` goes when the cause is on: each finding it touches is covered or missed."""
    used, moved = _patterns(part, cause, state)
    for axis in _touched(part, cause, used):
        miss = _column(part.miss[cause, used, axis], state.ndim)
        unlit, lit = _side(moved, axis + 1, 0), _side(moved, axis + 1, 1)
        lit += (1.0 - miss) * unlit
        unlit *= miss
    return np.asarray(moved.sum(axis=0))


def _spread_back(part: Reduced, cause: int, later: Floats) -> Floats:
    """The adjoint of `_spread`: the value of each state when the cause is on and `later` follows."""
    used, worth = _patterns(part, cause, later)
    for axis in _touched(part, cause, used):
        miss = _column(part.miss[cause, used, axis], later.ndim)
        unlit, lit = _side(worth, axis + 1, 0), _side(worth, axis + 1, 1)
        unlit *= miss
        unlit += (1.0 - miss) * lit
    return np.asarray(worth.sum(axis=0))


def _patterns(part: Reduced, cause: int, state: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The patterns in which the cause can be on, and `state` once for each of them, weighted."""
    used = np.flatnonzero(part.on[cause])
    return used, _column(part.on[cause, used], state.ndim + 1) * state


def _column(values: Floats, dimensions: int) -> Floats:
    return np.asarray(values.reshape(-1, *((1,) * (dimensions - 1))))


def _touched(part: Reduced, cause: int, used: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.flatnonzero((part.miss[cause, used] < 1.0).any(axis=0))


def _side(state: Floats, axis: np.intp | int, value: int) -> Floats:
    """Return a view of the states in which the finding on `axis` is covered (1) or not (0)."""
    place: tuple[Any, ...] = (*((slice(None),) * int(axis)), value, ...)
    return np.asarray(state[place])
