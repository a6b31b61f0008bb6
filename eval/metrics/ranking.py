"""Is the ranking good? ranked ids and graded relevance -> measures in [0, 1]; equal to ir_measures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Relevance = Mapping[str, int]
"""Grade of each judged document; 0 or absent is not relevant."""


def ndcg(ranked: Sequence[str], relevance: Relevance, k: int) -> float:
    """Return nDCG@k with linear gain and log2(rank + 1) discount (Järvelin & Kekäläinen 2002); no relevant give 0."""
    best = sorted((grade for grade in relevance.values() if grade > 0), reverse=True)[:k]
    ideal = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(best, 1))
    gained = sum(max(0, relevance.get(i, 0)) / math.log2(rank + 1) for rank, i in enumerate(ranked[:k], 1))
    return gained / ideal if ideal else 0.0


def recall(ranked: Sequence[str], relevance: Relevance, k: int) -> float:
    """Return R@k: the share of the relevant that stand among the first k; no relevant give 0."""
    relevant = {i for i, grade in relevance.items() if grade > 0}
    return len(relevant & set(ranked[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], relevance: Relevance, k: int) -> float:
    """Return RR@k: 1 / rank of the first relevant among the first k, else 0."""
    return next((1 / rank for rank, i in enumerate(ranked[:k], 1) if relevance.get(i, 0) > 0), 0.0)


def success(ranked: Sequence[str], relevance: Relevance, k: int) -> float:
    """Return Success@k: 1 when any of the first k is relevant, else 0."""
    return float(any(relevance.get(i, 0) > 0 for i in ranked[:k]))
