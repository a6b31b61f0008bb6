"""Merge rankings. Pairs of (passage_id, score) per searcher -> one ranking with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Ranking = Sequence[tuple[str, float]]
"""Pairs (passage_id, score), best first."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage's place in the merged ranking; `ranks` and `scores` are by searcher, only of those that found it."""

    passage_id: str
    score: float
    ranks: Mapping[str, int]
    scores: Mapping[str, float]


def fuse(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> list[Fused]:
    """Merge rankings by a convex combination of scores scaled to [0, 1] (Bruch et al. 2023, arXiv 2210.11934).

    Each searcher's scores are divided by its best one; what it did not find, and what it scored under 0, counts 0.
    Weights are by searcher and are divided by their sum. Best first, ties by passage_id; the order of the searchers
    does not matter. No rankings, or empty ones, give `[]`.
    """
    total = sum(weights[name] for name in rankings) or 1.0
    scores: dict[str, float] = {}
    for name in sorted(rankings):
        best = max((score for _, score in rankings[name]), default=0.0)
        for passage_id, score in rankings[name]:
            scaled = max(score, 0.0) / best if best > 0 else 0.0
            scores[passage_id] = scores.get(passage_id, 0.0) + weights[name] / total * scaled
    order = sorted(scores, key=lambda passage_id: (-scores[passage_id], passage_id))
    ranks = {name: {pair[0]: rank for rank, pair in enumerate(ranking, 1)} for name, ranking in rankings.items()}
    raw = {name: dict(ranking) for name, ranking in rankings.items()}
    return [
        Fused(
            passage_id=passage_id,
            score=scores[passage_id],
            ranks={name: ranks[name][passage_id] for name in ranks if passage_id in ranks[name]},
            scores={name: raw[name][passage_id] for name in raw if passage_id in raw[name]},
        )
        for passage_id in order
    ]
