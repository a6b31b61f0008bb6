"""Measure a reader on articles it never saw. weights and held-out pairs -> figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.answering.reader_model import build_reader
from rag.retrieval.embed import packaged_model
from rag.training.pairs import Pair
from rag.training.reader import scored
from rag.words import words


def report(weights: Path, held: dict[str, list[Pair]]) -> dict[str, dict[str, float]]:
    """Return for each set: AUC of answerable against each kind of near miss, and the span's mean token F1."""
    model = build_reader(packaged_model(), weights)
    return {name: _figures(model, pairs) for name, pairs in held.items()}


def _figures(model: object, pairs: Sequence[Pair]) -> dict[str, float]:
    rows = list(scored(model, pairs, "cpu"))
    yes = np.array([p for pair, p, _ in rows if pair.answerable])
    figures = {"pairs": float(len(pairs)), "answerable_recall_at_half": float((yes > 0.5).mean())}
    for origin in sorted({pair.origin for pair in pairs if not pair.answerable}):
        no = np.array([p for pair, p, _ in rows if pair.origin == origin])
        figures[f"auc_{origin}"] = float(np.mean(yes[:, None] > no[None, :]))
        figures[f"declined_{origin}"] = float((no <= 0.5).mean())
    spans = [word_f1(span, pair.window[pair.answer.start : pair.answer.end]) for pair, _, span in rows if pair.answer]
    if spans:
        figures["span_f1"] = float(np.mean(spans))
    return {name: round(value, 4) for name, value in figures.items()}


def word_f1(found: str, gold: str) -> float:
    """Return the F1 in [0, 1] of the words two texts share."""
    a, b = Counter(w.lower() for w in words(found)), Counter(w.lower() for w in words(gold))
    shared = sum((a & b).values())
    return 2 * shared / (a.total() + b.total()) if shared else 0.0
