"""Search with every searcher and merge. Query -> Hits, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rag.protocols import Searcher
from rag.records import Hit, Passage, Query
from rag.retrieval.fuse import fuse

GetPassages = Callable[[Sequence[str]], dict[str, Passage]]
"""Looks passages up by id."""


class HybridSearch:
    """Asks each searcher for `k_searched` passages and merges what they bring, by weight."""

    def __init__(
        self, searchers: Sequence[Searcher], weights: Mapping[str, float], get: GetPassages, *, k_searched: int
    ) -> None:
        self._searchers = searchers
        self._weights = weights
        self._get = get
        self._k_searched = k_searched

    def search(self, query: Query, k: int) -> tuple[Hit, ...]:
        """Return up to `k` hits, best first, ranks from 1 without gaps; each knows what every searcher thought."""
        depth = max(k, self._k_searched)
        fused = fuse({s.name: s.search(query, depth) for s in self._searchers}, self._weights)
        passages = self._get([row.passage_id for row in fused])
        kept = [row for row in fused if row.passage_id in passages][:k]
        return tuple(
            Hit(passages[row.passage_id], row.score, rank, row.ranks, row.scores) for rank, row in enumerate(kept, 1)
        )
