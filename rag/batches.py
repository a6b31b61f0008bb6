"""Run work on texts in batches, side by side. lengths -> batches of texts that are about as long, what came of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")

_LEAST_TOKENS, _MOST_TOKENS = 128, 1024
"""Bounds on a batch: under the first a matrix product is too small to be fast, over the second it leaves the cache."""
_BATCHES_A_CORE = 3


class Batches:
    """A room of `threads` workers (0: one for each core) that each run one batch at a time, on one core.

    Batches side by side need no barriers: a core that something else keeps busy delays its own batch only, where
    threads within one matrix product would all wait for it.
    """

    def __init__(self, threads: int = 0) -> None:
        self._cores = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._cores, "batch")

    def run(self, lengths: Sequence[int], work: Callable[[list[int]], T]) -> Iterator[tuple[list[int], T]]:
        """Yield (places, what `work(places)` returned) for every batch; the longest texts come first.

        `lengths` are in tokens. `work` is called from several threads at once. No lengths yield nothing.
        """
        most = sum(lengths) // (_BATCHES_A_CORE * self._cores)
        found = list(batches(lengths, min(_MOST_TOKENS, max(_LEAST_TOKENS, most))))
        if len(found) > 1:
            yield from zip(found, self._pool.map(work, found), strict=True)
        else:
            yield from ((places, work(places)) for places in found)


def batches(lengths: Sequence[int], most_tokens: int) -> Iterator[list[int]]:
    """Yield places, the longest first, in batches of at most `most_tokens` with padding (or one text)."""
    order = sorted(range(len(lengths)), key=lambda n: -lengths[n])
    at = 0
    while at < len(order):
        size = max(1, most_tokens // max(1, lengths[order[at]]))
        yield order[at : at + size]
        at += size


def padded(rows: Sequence[Sequence[int] | npt.NDArray[np.int32]], fill: int = 0) -> npt.NDArray[np.int64]:
    """Return rows of ids as one array `(len(rows), longest)`, with `fill` after the shorter ones."""
    filled = np.full((len(rows), max(map(len, rows))), fill, np.int64)
    for n, row in enumerate(rows):
        filled[n, : len(row)] = row
    return filled
