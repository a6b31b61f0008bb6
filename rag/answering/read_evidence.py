"""Choose the sentences that answer, by reading. Query and Hits -> Evidence with answer spans, and a probability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.evidence import distinct, statements, word_overlaps
from rag.answering.reader import Reader, Reading
from rag.records import Evidence, Hit, Query, Span

_N_READ = 48


@dataclass(frozen=True, slots=True)
class Weights:
    """How the reader's word and the shared words make a score, and the best score a probability.

    Fitted by `python -m eval fit` on the dev half of the seeds questions: see docs/decisions.md.
    """

    overlap: float = 2.0
    passage: float = 1.0
    slope: float = 1.0
    bias: float = 0.0


@dataclass(frozen=True, slots=True)
class _Window:
    """A sentence and the one before it in its passage, if any: what the reader reads to judge the sentence."""

    hit: Hit
    sentence: Span
    text: str
    own: Span


class ReadingSelector:
    """Reads every sentence of the hits, each with the one before it, and ranks them by how well they answer.

    A sentence's logit is the reader's that the window answers, plus the log of the chance that the answer starts in
    this sentence of it, plus weighted shared words and rank of its passage.
    """

    def __init__(self, reader: Reader, weights: Weights | None = None) -> None:
        self._reader = reader
        self._weights = weights or Weights()

    def select(self, query: Query, hits: Sequence[Hit], k: int) -> tuple[tuple[Evidence, ...], float]:
        """Return up to `k` sentences, best first, ties by place, and the probability in [0, 1] that they answer."""
        windows = [window for hit in hits for window in _windows(hit)][:_N_READ]
        if not windows:
            return (), 0.0
        readings = self._reader.read(query.text, [window.text for window in windows])
        overlaps = word_overlaps(query.text, [window.text for window in windows])
        best_hit = max(hit.score for hit in hits) or 1.0
        w = self._weights
        scored = [
            self._evidence(window, reading, w.overlap * overlap + w.passage * window.hit.score / best_hit)
            for window, reading, overlap in zip(windows, readings, overlaps, strict=True)
        ]
        scored.sort(key=lambda e: (-e.score, e.hit.passage.passage_id, e.start))
        kept = tuple(distinct(scored, k))
        return kept, kept[0].score

    def _evidence(self, window: _Window, reading: Reading, extra: float) -> Evidence:
        mass = reading.mass(window.own)
        logit = reading.logit + math.log(max(mass, 1e-6)) + extra
        found = reading.answer(window.own)
        shift = window.sentence.start - window.own.start
        answer = Span(found.start + shift, found.end + shift) if found.end > found.start else None
        score = 1 / (1 + math.exp(-max(-50.0, min(50.0, self._weights.slope * logit + self._weights.bias))))
        return Evidence(window.hit, window.sentence.start, window.sentence.end, score, answer)


def _windows(hit: Hit) -> list[_Window]:
    """Return a window for every sentence of a passage that says something."""
    found = []
    before: Span | None = None
    passage = hit.passage
    told = set(statements(passage))
    for span in passage.sentences:
        if span in told:
            start = before.start if before else span.start
            text = passage.slice(Span(start, span.end))
            found.append(_Window(hit, span, text, Span(span.start - start, span.end - start)))
        before = span
    return found
