"""Inference on a two-layer network: muscles (by side) above, findings below, joined by noisy-OR.

Three exact or bounded ways to the same answer, from fastest to widest: `inclusion` (inclusion-exclusion over the
present findings), `covering` (dynamic programming over covered findings, no cancellation), `search` (the heaviest
sets of causes, for drawings too wide for either). `answer` chooses.
"""

from needlepoint.reasoning.inference.answer import Posterior, infer
from needlepoint.reasoning.inference.network import Network, Observation

__all__ = ["Network", "Observation", "Posterior", "infer"]
