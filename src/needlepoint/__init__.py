"""Needlepoint: one episode of muscle pain, from the pain drawing to relief and to a fair bill.

The rooms of the house, in the order in which an episode walks through them, are the sub-packages
(`anatomy`, `reasoning`, `exam`, `treatment`, ...). `refusal` and `knowledge` are the ground they stand on.
"""

__version__ = "0.1.0"
