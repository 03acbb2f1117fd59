"""Many answers on every core, in order, each as soon as it is ready; the input is read as needed."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

__all__ = ["in_order"]

A = TypeVar("A")
B = TypeVar("B")

CHUNK = 25  # pieces sent to a process at a time
AHEAD = 4  # chunks queued for each process


def in_order(answer: Callable[[A], B], given: Iterable[A]) -> Iterator[B]:
    """Yield the answer to each piece of the input, in order. A few pieces are answered in this process."""
    pieces = iter(given)
    first = list(itertools.islice(pieces, CHUNK))
    # Answered before the processes are created, so that they share what it loads.
    yield from map(answer, first)
    workers = os.cpu_count() or 1
    if workers == 1:
        yield from map(answer, pieces)
        return
    yield from _on_every_core(answer, pieces, workers)


def _on_every_core(answer: Callable[[A], B], pieces: Iterator[A], workers: int) -> Iterator[B]:
    from concurrent.futures import (  # slow to import, and a single answer does not need it
        Future,
        ProcessPoolExecutor,
    )

    waiting: deque[Future[list[B]]] = deque()
    with ProcessPoolExecutor(max_workers=workers) as pool:
        while chunk := list(itertools.islice(pieces, CHUNK)):
            waiting.append(pool.submit(_each, answer, chunk))
            if len(waiting) > AHEAD * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _each(answer: Callable[[A], B], chunk: list[A]) -> list[B]:
    return [answer(piece) for piece in chunk]
