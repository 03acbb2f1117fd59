"""Drawings answered block by block: exact within a block of findings, with messages between the blocks.

A drawing no wider than a block is one block, and its answer is exact. A wider one is partitioned into blocks of
findings that share causes. Each block sends each cause (in each pattern) the likelihood ratio of its findings, given
the messages of the other blocks. What is lost is only how two causes depend on each other through two blocks at once.
"""

from __future__ import annotations

import msgspec
import numpy as np

from needlepoint.reasoning.inference.cutting import cut
from needlepoint.reasoning.inference.inclusion import Units, gains, units_of
from needlepoint.reasoning.inference.network import Floats
from needlepoint.reasoning.inference.sheaf import Numbers, Sheaf, heads

SWEEPS = 2  # a third of a round: it changes posteriors by less than the partition itself


class Settled(msgspec.Struct, frozen=True, eq=False):
    """`probability` (Q,) of each (drawing, cause); `noise` (D,) is the share of it that rounding may have taken."""

    probability: Floats
    noise: Floats


class _Turn(msgspec.Struct, frozen=True, eq=False):
    """Units that send their messages together.

    `alone`: they are the only blocks of their drawings. `once`: they send last, or alone, and are not updated again.
    """

    units: Units
    alone: bool
    once: bool


def settle(sheaf: Sheaf, most: int) -> Settled:
    """Return the posterior of every (drawing, cause), from blocks of at most `most` findings."""
    turns = _turns(sheaf, cut(sheaf, most))
    log_ratio = np.log(sheaf.ratio)  # grows with every message
    noise = np.zeros(len(sheaf.present))
    told = [np.zeros(turn.units.place.size) for turn in turns]
    for sweep in range(SWEEPS):
        for number, turn in enumerate(turns):
            units = turn.units
            if not units.place.size or (sweep and turn.once):
                continue
            others = log_ratio[units.place] - told[number]
            gain, lost = gains(units, np.exp(others), by_row=not turn.alone)
            told[number] = np.log(gain)
            log_ratio[units.place] = others + told[number]
            noise[units.drawing] = np.maximum(noise[units.drawing], lost)
    odds = np.add.reduceat(np.exp(log_ratio), heads(sheaf.cause)) if log_ratio.size else log_ratio
    return Settled(probability=odds / (1.0 + odds), noise=noise)


def _turns(sheaf: Sheaf, labels: list[Numbers]) -> list[_Turn]:
    """The first block of every drawing, by size, then the second, and so on; the last block sends once."""
    wanted: dict[tuple[int, bool, int], list[tuple[int, Numbers]]] = {}
    for drawing, (columns, label) in enumerate(zip(sheaf.present, labels, strict=True)):
        last = int(label.max(initial=-1))
        for block in range(last + 1):
            inside = columns[label == block]
            wanted.setdefault((block, block == last, inside.size), []).append((drawing, inside))
    turns = []
    for key in sorted(wanted):
        drawings = np.array([number for number, _ in wanted[key]])
        blocks = np.stack([inside for _, inside in wanted[key]])
        turns.append(_Turn(units=units_of(sheaf, drawings, blocks), alone=key[:2] == (0, True), once=key[1]))
    return turns
