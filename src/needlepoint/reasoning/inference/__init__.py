"""Inference on a two-layer network: muscles (by side) above, findings below, joined by noisy-OR.

Four methods: `inclusion` (the alternating sum over the present findings: exact and fast for few findings), `covering`
(dynamic programming over the covered findings: exact without cancellation, for small networks), `blocks` (inclusion
within blocks of findings, messages between them: approximate, for wide drawings) and `search` (the heaviest sets of
causes: the fallback). `answer` chooses; `batch` does the same for many drawings at once.
"""

from needlepoint.reasoning.inference.answer import Posterior, infer
from needlepoint.reasoning.inference.batch import infer_batch
from needlepoint.reasoning.inference.network import Network, Observation

__all__ = ["Network", "Observation", "Posterior", "infer", "infer_batch"]
