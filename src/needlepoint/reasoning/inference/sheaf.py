"""Many drawings as one long list of rows, so that numpy answers them together.

A row is one (drawing, cause, pattern). Drawings have different numbers of rows; nothing is padded, and sums and
products run over segments of the list.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.reasoning.inference.network import Floats, Reduced

Numbers = NDArray[np.intp]


class Sheaf(msgspec.Struct, frozen=True, eq=False):
    """D drawings, their rows, and what each row does to each present finding.

    `miss` (G, W) is the probability that a row of kind w leaves finding g off; `leak` (G,). `present` holds for each
    drawing its finding numbers. The P rows are sorted by drawing and cause: `kind` (P,) points into W, `drawing` (P,)
    into D, `cause` (P,) numbers the (drawing, cause) pairs from 0, and `ratio` (P,) is the weight of being on in that
    pattern over the weight of being off.
    """

    miss: Floats
    leak: Floats
    present: tuple[Numbers, ...]
    kind: Numbers
    drawing: Numbers
    cause: Numbers
    ratio: Floats


def sheaf_of(part: Reduced, ratios: Floats | None = None) -> Sheaf:
    """Return a reduced observation as a sheaf of one drawing; its causes are the relevant causes in order.

    With `ratios` (D, R, K) it is D copies of the drawing, each with its own weights of on over off.
    """
    ratios = (part.on / part.off[:, None])[None] if ratios is None else ratios
    cause, pattern = np.nonzero(part.on)
    copies = len(ratios)
    return Sheaf(
        miss=np.ascontiguousarray(part.miss[cause, pattern].T),
        leak=part.leak,
        present=(np.arange(part.leak.size),) * copies,
        kind=np.tile(np.arange(cause.size), copies),
        drawing=np.repeat(np.arange(copies), cause.size),
        cause=(cause + part.relevant.size * np.arange(copies)[:, None]).ravel(),
        ratio=ratios[:, cause, pattern].ravel(),
    )


def heads(numbers: Numbers) -> Numbers:
    """Return where each run of equal numbers begins in a sorted list."""
    if not numbers.size:
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]]))


def lengths(head: Numbers, size: int) -> Numbers:
    """Return the length of each run in a list of `size`."""
    return np.diff(np.append(head, size))
