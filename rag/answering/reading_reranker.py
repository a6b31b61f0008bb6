"""Rank passages by their best sentence, as the trained reader reads it. question, Passages -> scores."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.evidence import statements, window
from rag.answering.odds import logistic
from rag.answering.reader import Reader
from rag.records import Passage


class ReadingReranker:
    """The trained reader, asked whether any sentence of a passage, after the one before it, answers the question."""

    name = "reader"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """Return for each passage the probability in [0, 1] of its likeliest sentence; 0 where none says something."""
        read = [(n, p.slice(window(p, span))) for n, p in enumerate(passages) for span in statements(p)]
        scores = [0.0] * len(passages)
        for (n, _), reading in zip(read, self._reader.read(question, [text for _, text in read]), strict=True):
            scores[n] = max(scores[n], logistic(reading.logit))
        return scores
