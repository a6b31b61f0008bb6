"""Search with every searcher and merge. Query -> Hits, best first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from rag.errors import DiskFull
from rag.protocols import Searcher
from rag.records import Hit, Passage, Query
from rag.retrieval.fuse import fuse

T = TypeVar("T")

GetPassages = Callable[[Sequence[str]], dict[str, Passage]]
"""Looks passages up by id."""

_BESIDE = ThreadPoolExecutor(thread_name_prefix="searching")
"""Chroma and SQLite both work outside Python's lock, so that one search need not wait for the other."""


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
        able = [searcher for searcher in self._searchers if searcher.name in found]
        given = _at_once(lambda searcher: searcher.score(query, pool), able)
        scores = {s.name: dict(zip(passages, own, strict=True)) for s, own in zip(able, given, strict=True)}
        ranks = {name: {i: rank for rank, i in enumerate(ids, 1)} for name, ids in found.items()}
        return tuple(
            Hit(
                passages[f.passage_id],
                f.score,
                rank,
                {name: own[f.passage_id] for name, own in ranks.items() if f.passage_id in own},
                f.scores,
            )
            for rank, f in enumerate(fuse(scores, self._weights)[:k], 1)
        )

    def _find(self, query: Query, depth: int) -> dict[str, list[str]]:
        """Return what each searcher found, best first, by its name.

        A full disk may keep the dense index from being opened, which is no reason to answer nothing.
        """

        def look(searcher: Searcher) -> list[str] | DiskFull:
            try:
                return [passage_id for passage_id, _ in searcher.search(query, depth)]
            except DiskFull as error:
                return error

        looked = list(zip(self._searchers, _at_once(look, self._searchers), strict=True))
        found = {searcher.name: ids for searcher, ids in looked if not isinstance(ids, DiskFull)}
        for error in (ids for _, ids in looked if isinstance(ids, DiskFull)):
            if not found:
                raise error
            logging.getLogger("footnote").warning("%s Meanwhile questions are answered by words alone.", error)
        return found


def _at_once(work: Callable[[Searcher], T], searchers: Sequence[Searcher]) -> list[T]:
    """Return what the work gives for each searcher, in order; all but the last work beside this thread."""
    begun = [_BESIDE.submit(work, searcher) for searcher in searchers[:-1]]
    last = [work(searcher) for searcher in searchers[-1:]]
    return [*(one.result() for one in begun), *last]
