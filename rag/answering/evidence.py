"""Choose the sentences that may answer. Query and Hits -> Evidence, best first, and how sure that is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.kinds import DATED
from rag.answering.odds import logistic
from rag.columns import is_rule
from rag.protocols import Embedder
from rag.records import Evidence, Hit, Passage, Query, Span
from rag.words import content_stems

_MIN_CHARS = 12


@dataclass(frozen=True, slots=True)
class Weights:
    """How a sentence's signs are added up; all signs lie in [0, 1]. Fitted on the dev half of the seeds questions."""

    likeness: float = 0.5
    overlap: float = 0.4
    passage: float = 0.1
    slope: float = 12.0
    middle: float = 0.5


class SentenceSelector:
    """Scores each sentence of the hits by likeness of meaning, shared words weighted by rarity, and its passage."""

    def __init__(self, embedder: Embedder, weights: Weights | None = None) -> None:
        self._embedder = embedder
        self._weights = weights or Weights()

    def select(self, query: Query, hits: Sequence[Hit], k: int) -> tuple[tuple[Evidence, ...], float]:
        """Return up to `k` sentences, best first, ties by place, and the probability in [0, 1] that they answer."""
        places = [(hit, span) for hit in hits for span in statements(hit.passage)]
        if not places:
            return (), 0.0
        texts = [hit.passage.slice(span) for hit, span in places]
        likeness = self._embedder.embed_documents(texts) @ self._embedder.embed_query(query.text)
        overlaps = word_overlaps(query.text, texts)
        best_hit = max(hit.score for hit, _ in places) or 1.0
        w = self._weights
        scored = [
            Evidence(
                hit,
                span.start,
                span.end,
                _clip(w.likeness * cos + w.overlap * shared + w.passage * hit.score / best_hit),
            )
            for (hit, span), cos, shared in zip(places, likeness.tolist(), overlaps, strict=True)
        ]
        scored.sort(key=lambda e: (-e.score, e.hit.passage.passage_id, e.start))
        kept = tuple(distinct(scored, k))
        return kept, logistic(w.slope * (kept[0].score - w.middle))


def statements(passage: Passage) -> list[Span]:
    """Return the sentences of a passage that say something, in order: not a scrap, not a rule, not a heading.

    A heading that gives a day says something ("4.0 — 16 January 2024"); it comes without its marks.
    """
    found = []
    for span in passage.sentences:
        text = passage.slice(span)
        words = text.strip("# \t")
        if span.end - span.start < _MIN_CHARS or is_rule(text):
            continue
        if words not in passage.headings:
            found.append(span)
        elif DATED.search(words.lower()):
            start = span.start + text.index(words)
            found.append(Span(start, start + len(words)))
    return found


def window(passage: Passage, sentence: Span) -> Span:
    """Return a sentence of a passage with the one before it, if there is one: what it may lean on ("he", "there")."""
    before = [span for span in passage.sentences if span.start < sentence.start]
    return Span(before[-1].start, sentence.end) if before else sentence


def word_overlaps(question: str, sentences: Sequence[str]) -> list[float]:
    """Return for each sentence the share in [0, 1] of the question's stems it holds, rare ones counting more.

    A stem's weight is its inverse document frequency over these sentences, ln(1 + n / (1 + df)).
    """
    asked = set(content_stems(question))
    held = [set(content_stems(sentence)) for sentence in sentences]
    frequency = Counter(stem for stems in held for stem in stems & asked)
    weight = {stem: math.log(1 + len(sentences) / (1 + frequency[stem])) for stem in asked}
    total = sum(weight.values())
    return [sum(weight[stem] for stem in asked & stems) / total if total else 0.0 for stems in held]


def distinct(scored: Sequence[Evidence], k: int, *, by_cell: bool = False) -> list[Evidence]:
    """Return the first `k` that do not repeat the words of a better one (copies of one article).

    With `by_cell` a row may come as often as its cells say different things.
    """
    kept: list[Evidence] = []
    seen: set[str] = set()
    for evidence in scored:
        words = _flat((evidence.statement if by_cell else "") or evidence.text)
        if words not in seen:
            seen.add(words)
            kept.append(evidence)
        if len(kept) == k:
            break
    return kept


def same_words(one: Evidence, other: Evidence) -> bool:
    """Return whether two sentences are the same, white space and capitals aside."""
    return _flat(one.text) == _flat(other.text)


def _flat(text: str) -> str:
    return " ".join(text.split()).lower()


def _clip(score: float) -> float:
    return min(1.0, max(0.0, score))
