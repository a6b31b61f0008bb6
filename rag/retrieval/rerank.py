"""Let a reranker read the first hits. Hits -> Hits in another order, with its reasons."""

from __future__ import annotations

from dataclasses import replace

from rag.protocols import Reranker, Retriever
from rag.records import Hit, Query


class RerankedSearch:
    """A search whose first `k_read` hits a reranker reads; its score weighs `weight` in [0, 1], theirs the rest."""

    def __init__(self, search: Retriever, reranker: Reranker, *, k_read: int, weight: float) -> None:
        self._search = search
        self._reranker = reranker
        self._k_read = k_read
        self._weight = weight

    def search(self, query: Query, k: int) -> tuple[Hit, ...]:
        """Return up to `k` hits, best first, ranks from 1 without gaps, ties by passage_id.

        Those that were not read come after those that were, in their order, as if their score had been 0.
        """
        found = self._search.search(query, max(k, self._k_read))
        read = found[: self._k_read]
        given = self._reranker.score(query.text, [hit.passage for hit in read])
        name, weight = self._reranker.name, self._weight
        scored = [
            replace(hit, score=(1 - weight) * hit.score + weight * score, scores={**hit.scores, name: score})
            for hit, score in zip(read, given, strict=True)
        ]
        scored.sort(key=lambda hit: (-hit.score, hit.passage.passage_id))
        rest = [replace(hit, score=(1 - weight) * hit.score) for hit in found[self._k_read :]]
        return tuple(replace(hit, rank=rank) for rank, hit in enumerate([*scored, *rest][:k], 1))
