"""Bring the dense index in step with the passages that are kept. passages not heard of -> vectors in Chroma."""

from __future__ import annotations

from rag.corpus.passages import PassageTable
from rag.retrieval.dense import DenseIndex


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
