"""Search with every searcher and merge. Query -> Hits, best first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from rag.errors import DiskFull
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
        """Return up to `k` hits, best first, ranks from 1 without gaps; each knows what every searcher thought.

        Raises `DiskFull` when no searcher can do without room on the disk.
        """
        found = self._find(query, max(k, self._k_searched))
        passages = self._get(sorted({i for ids in found.values() for i in ids}))
        pool = list(passages.values())
        ids = [passage.passage_id for passage in pool]
        able = [searcher for searcher in self._searchers if searcher.name in found]
        scores = {s.name: dict(zip(ids, s.score(query, pool), strict=True)) for s in able}
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

    def _find(self, query: Query, depth: int) -> dict[str, list[str]]:
        """Return what each searcher found, best first, by its name.

        A full disk may keep the dense index from being opened, which is no reason to answer nothing.
        """
        found: dict[str, list[str]] = {}
        for searcher in self._searchers:
            try:
                found[searcher.name] = [passage_id for passage_id, _ in searcher.search(query, depth)]
            except DiskFull as error:
                if searcher is self._searchers[-1] and not found:
                    raise
                logging.getLogger("footnote").warning("%s Meanwhile questions are answered by words alone.", error)
        return found
