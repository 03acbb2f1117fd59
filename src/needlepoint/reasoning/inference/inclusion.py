"""Exact answers for a block of findings by inclusion-exclusion (Heckerman's Quickscore, many-valued causes).

For a set S of present findings let G(S) be the probability that all of S stay off: a product over the causes. The
probability that every finding is on is the alternating sum of G over all S. The sum cancels when the drawing is very
unlikely; `noise` estimates the loss, and the caller uses another method when it is too large.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.reasoning.inference.network import Floats
from needlepoint.reasoning.inference.sheaf import Numbers, Sheaf, heads, lengths

EPSILON = float(np.finfo(np.float64).eps)


class Units(msgspec.Struct, frozen=True, eq=False):
    """Blocks of one size s, each of a different drawing, with the rows whose causes touch them.

    `place` (P,) are those rows' positions in the sheaf; `miss` (P, s) is the probability that a row leaves each finding
    of its block off; `unlit` (U, 2^s) is that of the leaks for each subset, with the sign of the subset. Rows are
    grouped by cause (`cause_head`, `row_count`), causes by unit (`unit_head`, `cause_count`); `drawing` (U,) is the
    drawing of each block.
    """

    place: Numbers
    miss: Floats
    unlit: Floats
    cause_head: Numbers
    row_count: Numbers
    unit_head: Numbers
    cause_count: Numbers
    drawing: Numbers


def units_of(sheaf: Sheaf, drawing: Numbers, columns: Numbers) -> Units:
    """The blocks `columns` (U, s) of the drawings `drawing` (U,). A block that no cause touches is left out."""
    place, unit = _rows_of(sheaf, drawing)
    miss = sheaf.miss[columns[unit], sheaf.kind[place][:, None]]
    touching = _of_touching_causes(sheaf.cause[place], np.asarray((miss < 1.0).any(axis=1)))
    place, unit = place[touching], unit[touching]
    cause_head = heads(sheaf.cause[place])
    unit_head = heads(unit[cause_head])
    left = unit[cause_head][unit_head]
    return Units(
        place=place,
        miss=miss[touching],
        unlit=subset_products(1.0 - sheaf.leak[columns[left]]) * signs(columns.shape[1]),
        cause_head=cause_head,
        row_count=lengths(cause_head, place.size),
        unit_head=unit_head,
        cause_count=lengths(unit_head, cause_head.size),
        drawing=drawing[left],
    )


def gains(units: Units, ratio: Floats, by_row: bool) -> tuple[Floats, Floats]:
    """Return the likelihood ratio of each block with a row on against its cause off, given all rows' `ratio` (P,).

    Without `by_row` the rows of a cause share one number, which is faster and enough where no other block uses it. The
    second value (U,) is the relative error that rounding may cause: an estimate for random rounding errors, which was
    compared with the covering.
    """
    table = subset_products(units.miss, ratio)
    lit = np.add.reduceat(table, units.cause_head, axis=0)
    factor = (1.0 + lit) / (1.0 + lit[:, :1])
    terms = np.multiply.reduceat(factor, units.unit_head, axis=0) * units.unlit
    least = EPSILON * np.sqrt((terms * terms).sum(axis=1))
    evidence = np.maximum(terms.sum(axis=1), least)
    without = np.repeat(terms, units.cause_count, axis=0) / factor
    floor = np.repeat(least, units.cause_count)
    off = np.maximum(without.sum(axis=1), floor)
    noise = least * np.sqrt(1 + units.cause_count) / evidence
    if not by_row:
        gain = np.maximum(np.einsum("qs,qs->q", lit, without) / lit[:, 0], floor) / off
        return np.repeat(gain, units.row_count), noise
    on = np.einsum("ps,ps->p", table, np.repeat(without, units.row_count, axis=0)) / ratio
    return np.maximum(on, np.repeat(floor, units.row_count)) / np.repeat(off, units.row_count), noise


def _rows_of(sheaf: Sheaf, drawing: Numbers) -> tuple[Numbers, Numbers]:
    """Return the positions in the sheaf of all rows of the drawings, and the unit number of each."""
    begin = np.searchsorted(sheaf.drawing, drawing)
    count = np.searchsorted(sheaf.drawing, drawing, side="right") - begin
    unit = np.repeat(np.arange(drawing.size), count)
    ahead = np.cumsum(count) - count
    return np.arange(unit.size) + np.repeat(begin - ahead, count), unit


def _of_touching_causes(cause: Numbers, touches: NDArray[np.bool_]) -> Numbers:
    """Return the positions of the rows whose cause touches the block in any of its patterns."""
    if not cause.size:
        return cause
    head = heads(cause)
    any_row = np.logical_or.reduceat(touches, head)
    return np.flatnonzero(np.repeat(any_row, lengths(head, cause.size)))


def subset_products(miss: Floats, start: Floats | float = 1.0) -> Floats:
    """(..., n) -> (..., 2^n): for each subset of the last axis, `start` (...) times the product of its members."""
    found = np.empty((*miss.shape[:-1], 1 << miss.shape[-1]))
    found[..., 0] = start
    for column in range(miss.shape[-1]):
        half = 1 << column
        np.multiply(found[..., :half], miss[..., column, None], out=found[..., half : 2 * half])
    return found


def signs(size: int) -> Floats:
    """(2^n,): +1 for subsets of even size, -1 for odd, in the order of `subset_products`."""
    return np.asarray(subset_products(np.full((1, size), -1.0))[0])
