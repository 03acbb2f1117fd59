"""Exact answers by inclusion-exclusion over the present findings (Heckerman's Quickscore, many-valued causes).

For a set S of present findings let G(S) be the chance that all of S stay unlit. Then the chance that every
present finding is lit is the alternating sum of G over all S. The sum cancels when the drawing is very unlikely;
`trust` measures by how much, and the caller turns to `covering` when it is too much.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from needlepoint.reasoning.inference.network import Floats, Reduced

MOST_FINDINGS = 10


class Inclusion(msgspec.Struct, frozen=True, eq=False):
    """The terms of the sum over all subsets S (2^n of them), kept for marginals, pairs and sets.

    `signed` (2^n,) is G(S) with its sign; `on_part` (R, 2^n) is the share of being on in each cause's factor.
    """

    signed: Floats
    on_part: Floats
    factor: Floats
    evidence: np.floating[Any]
    trust: float

    def marginals(self) -> Floats:
        """Posterior (R,) of each relevant cause."""
        found = self.on_part @ self.signed / self.evidence
        return np.asarray(np.clip(found, 0.0, 1.0), dtype=np.float64)

    def pairs(self) -> Floats:
        """Posterior (R, R) of each two relevant causes both being on; the diagonal is not meant."""
        joint = (self.on_part * self.signed) @ self.on_part.T / self.evidence
        return np.asarray(np.clip(joint, 0.0, 1.0), dtype=np.float64)


def include(part: Reduced, precision: type[np.floating[Any]] = np.float64) -> Inclusion:
    """The alternating sum for one reduced observation, counted in numbers of the given precision."""
    miss = subset_products(part.miss.astype(precision))
    on = (part.on[:, :, None] * miss).sum(axis=1)
    factor = part.off[:, None] + on
    scale = factor[:, :1]
    unlit = np.prod(factor / scale, axis=0) * subset_products((1.0 - part.leak)[None, None, :])[0, 0]
    signed = unlit * signs(part.leak.size)
    evidence = signed.sum()
    noise = float(unlit.sum() * np.finfo(precision).eps * (1 + part.relevant.size))
    return Inclusion(
        signed=signed,
        on_part=on / factor,
        factor=factor,
        evidence=evidence,
        trust=float(noise / evidence) if evidence > 0.0 else np.inf,
    )


def subset_products(miss: Floats) -> Floats:
    """(..., n) -> (..., 2^n): for each subset of the last axis, the product of its members."""
    found = np.ones((*miss.shape[:-1], 1))
    for column in range(miss.shape[-1]):
        found = np.concatenate([found, found * miss[..., column : column + 1]], axis=-1)
    return found


def signs(size: int) -> Floats:
    """(2^n,): +1 for subsets of even size, -1 for odd, in the order of `subset_products`."""
    return np.asarray(subset_products(np.full((1, size), -1.0))[0])
