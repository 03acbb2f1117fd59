"""Posteriors given that one cause is certain, for many causes at once and a drawing of one block.

The alternating sum of `inclusion` is one product over the causes. When one cause becomes certain only its own factor
changes, so that the sums for every known cause are two matrix products over the same subsets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from needlepoint.reasoning.inference.inclusion import EPSILON, signs, subset_products
from needlepoint.reasoning.inference.network import Floats, Reduced
from needlepoint.reasoning.inference.sheaf import heads

__all__ = ["SURE", "given_each"]

SURE = 1e9  # odds that stand for 'known to be on'


def given_each(part: Reduced, known: Sequence[int]) -> Floats:
    """Return (len(known), R) posteriors, given that each cause in `known` is certain in turn."""
    cause, pattern = np.nonzero(part.on)
    ratio = (part.on / part.off[:, None])[cause, pattern]
    lit = np.add.reduceat(subset_products(part.miss[cause, pattern], ratio), heads(cause), axis=0)
    factor = (1.0 + lit) / (1.0 + lit[:, :1])
    unlit = subset_products(1.0 - part.leak) * signs(part.leak.size)
    terms = _terms(np.multiply.reduce(factor, axis=0) * unlit, lit[known], factor[known])
    least = EPSILON * np.sqrt((terms * terms).sum(axis=1))[:, None]
    off = np.maximum(terms @ (1.0 / factor).T, least)
    odds = np.maximum(terms @ (lit / factor).T, least * lit[:, 0]) / off
    odds[np.arange(len(known)), known] = _of_known(terms, lit[known], least)
    return np.asarray(odds / (1.0 + odds))


def _terms(terms: Floats, lit: Floats, factor: Floats) -> Floats:
    """(k, 2^n) the terms of the alternating sum; in each row the factor of one known cause is that of a certain one."""
    return np.asarray(terms / factor * _sure(lit))


def _sure(lit: Floats) -> Floats:
    return np.asarray((1.0 + SURE * lit) / (1.0 + SURE * lit[:, :1]))


def _of_known(terms: Floats, lit: Floats, least: Floats) -> Floats:
    """Return (k,) the odds of each known cause itself."""
    without = terms / _sure(lit)
    off = np.maximum(without.sum(axis=1), least[:, 0])
    return np.asarray(np.maximum((SURE * lit * without).sum(axis=1), least[:, 0] * SURE * lit[:, 0]) / off)
