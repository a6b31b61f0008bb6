"""Merge the searchers' scores. Scores in [0, 1] per searcher -> one ranking with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Scores = Mapping[str, float]
"""Score in [0, 1] by passage_id."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage's place in the merged ranking, and what each searcher thought of it."""

    passage_id: str
    score: float
    scores: Mapping[str, float]


def fuse(scores: Mapping[str, Scores], weights: Mapping[str, float]) -> list[Fused]:
    """Merge scores by a convex combination (Bruch et al. 2023, arXiv 2210.11934).

    Every searcher scores every passage, on a scale with the same ends for every query: what one did not find is not
    taken for 0. What has no score, or one below 0, counts 0. Weights are by searcher and are divided by their sum.
    Best first, ties by passage_id; the order of the searchers does not matter. No scores give `[]`.
    """
    total = sum(weights[name] for name in scores) or 1.0
    ids = sorted({passage_id for own in scores.values() for passage_id in own})
    merged = {
        i: sum(weights[name] / total * max(0.0, scores[name].get(i, 0.0)) for name in sorted(scores)) for i in ids
    }
    order = sorted(ids, key=lambda i: (-merged[i], i))
    return [Fused(i, merged[i], {name: own[i] for name, own in scores.items() if i in own}) for i in order]
