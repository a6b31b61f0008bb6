"""Search by meaning, exactly where that is quick. query -> (passage_id, cosine); passages -> cosines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rag.protocols import Vectors, VectorTable
from rag.records import Passage, Query
from rag.retrieval.dense import DenseIndex


class DenseSearch:
    """Compares a query with every vector of a library that has few passages, and asks the dense index of a larger one.

    Under a hundredth of a second either way; but a small library's first question need not wait for Chroma, whose
    import is a third of the time that a question takes in a new process.
    """

    name = "dense"

    def __init__(
        self, few: Callable[[], VectorTable | None], index: DenseIndex, embed_query: Callable[[str], Vectors]
    ) -> None:
        self._few = few
        self._index = index
        self._embed_query = embed_query

    def search(self, query: Query, k: int) -> list[tuple[str, float]]:
        """Return up to `k` pairs (passage_id, cosine in [-1, 1]), best first, ties by passage_id. Raises `DiskFull`."""
        held = self._few()
        if held is None:
            return self._index.search(query, k)
        if not held.passage_ids:
            return []
        cosines = held.vectors @ self._embed_query(query.text)
        order = np.argsort(-cosines, kind="stable").tolist()
        if query.only:
            within = set(query.only)
            order = [row for row in order if held.doc_ids[row] in within]
        return [(held.passage_ids[row], float(cosines[row])) for row in order[:k]]

    def score(self, query: Query, passages: Sequence[Passage]) -> list[float]:
        """Return for each passage its cosine to the query, in [-1, 1]; 0 for one that is not held."""
        held = self._few()
        if held is None:
            return self._index.score(query, passages)
        wanted = {passage.passage_id for passage in passages}
        rows = [row for row, passage_id in enumerate(held.passage_ids) if passage_id in wanted]
        if not rows:
            return [0.0] * len(passages)
        near = (held.vectors[rows] @ self._embed_query(query.text)).tolist()
        cosines = dict(zip([held.passage_ids[row] for row in rows], near, strict=True))
        return [cosines.get(passage.passage_id, 0.0) for passage in passages]
