"""Search with every searcher and merge. Query -> Hits, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rag.protocols import Searcher
from rag.records import Hit, Passage, Query
from rag.retrieval.fuse import fuse

GetPassages = Callable[[Sequence[str]], dict[str, Passage]]
"""Looks passages up by id."""


class HybridSearch:
    """Asks each searcher for `k_searched` passages, has each score what any of them brought, and merges by weight."""

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
        found = {s.name: [i for i, _ in s.search(query, depth)] for s in self._searchers}
        passages = self._get(sorted({i for ids in found.values() for i in ids}))
        pool = list(passages.values())
        ids = [passage.passage_id for passage in pool]
        scores = {s.name: dict(zip(ids, s.score(query, pool), strict=True)) for s in self._searchers}
        ranks = {name: {i: rank for rank, i in enumerate(own, 1)} for name, own in found.items()}
        return tuple(
            Hit(
                passages[f.passage_id],
                f.score,
                rank,
                {n: own[f.passage_id] for n, own in ranks.items() if f.passage_id in own},
                f.scores,
            )
            for rank, f in enumerate(fuse(scores, self._weights)[:k], 1)
        )
