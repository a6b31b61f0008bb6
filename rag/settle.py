"""Bring the dense index in step with the passages that are kept. passages not heard of -> vectors in Chroma."""

from __future__ import annotations

from rag.corpus.passages import PassageTable
from rag.retrieval.dense import DenseIndex

_SAMPLE = 64


def is_in_step(passages: PassageTable, dense: DenseIndex) -> bool:
    """Say whether the dense index is sound and holds what the passages are, as far as a sample of both tells.

    They part when the file of the one is brought back from a copy without the other.
    """
    if not dense.is_sound(passages.count()):
        return False
    some = {*passages.spread(_SAMPLE), *dense.newest(_SAMPLE)}
    rows = tuple(passages.vectors(some))
    return len(rows) == len(some) and dense.agrees(rows)


def settle_passages(passages: PassageTable, dense: DenseIndex) -> int:
    """Tell the dense index what it has not heard of yet; return how many passages that were."""
    taken, gone = passages.pending()
    if gone:
        dense.delete(gone)
    if taken:
        dense.upsert(passages.vectors(taken))
    if taken or gone:
        passages.settle([*taken, *gone])
    return len(taken) + len(gone)
