"""Needlepoint: one episode of muscle pain, from the pain drawing to relief and to a fair bill.

The sub-packages follow the stages of an episode: `anatomy`, `reasoning`, `exam`, `treatment`, and so on.
`base` holds what all of them use.
"""

__version__ = "0.1.0"
