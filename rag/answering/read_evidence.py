"""Choose the sentences that answer, by reading. Query and Hits -> Evidence with answer spans, and a probability."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.answering.candidate import RANK_SIGNS, SURE_SIGNS, Candidate, candidate, evidence_of
from rag.answering.evidence import distinct, word_overlaps
from rag.answering.explained import with_terms
from rag.answering.identity import name_asked
from rag.answering.lists import may_be_list
from rag.answering.odds import dot, logistic, read_weights, write_weights
from rag.answering.question import asks_whether
from rag.answering.reader import Reader
from rag.answering.windows import Window, by_cell, naming, of_asked_rows, under_headings, windows_of
from rag.protocols import Embedder
from rag.records import Evidence, Hit, Query

_NAMES = {"rank": RANK_SIGNS, "sure": (*SURE_SIGNS, "constant")}
_ROUNDS = 3
_LIKELY = 0.5

_Weighed = tuple[Window, float, float]
"""What is to be read, its cosine to the question, and the share of the question's words it holds."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign weighs: `rank` as `RANK_SIGNS`, `sure` as `SURE_SIGNS` and then a constant.

    Fitted by `python -m eval fit`.
    """

    rank: tuple[float, ...]
    sure: tuple[float, ...]

    @classmethod
    def read(cls, path: Path) -> Weights:
        """Read what `write` wrote. Raises `ModelError` when it is not that."""
        return cls(**read_weights(path, _NAMES))

    def write(self, path: Path) -> None:
        """Write the weights as JSON, by name."""
        write_weights(path, _NAMES, {"rank": self.rank, "sure": self.sure})


class ReadingSelector:
    """Reads the likeliest sentences of the hits, each with the one before it, and ranks them by how well they answer.

    `n_read` windows are read at a time, first those that likeness, shared words and their passage's score put first;
    as many again, twice at most, while none of them is likelier than not to answer: a question in other words than the
    document's has its sentence further down. `whether` weighs the signs for questions whether something is so, which
    no words of a sentence answer: the reader, trained to find such words, tells less there.
    """

    def __init__(
        self, reader: Reader, embedder: Embedder, weights: Weights, *, n_read: int, whether: Weights | None = None
    ) -> None:
        self._reader = reader
        self._embedder = embedder
        self._weights = weights
        self._whether = whether or weights
        self._n_read = n_read

    def select(self, query: Query, hits: Sequence[Hit], k: int) -> tuple[tuple[Evidence, ...], float]:
        """Return up to `k` sentences, best first, ties by place, and the probability in [0, 1] that the first answers.

        A sentence's score is that of the logistic function, in [0, 1]; only their order means something. Cells of one
        row follow the best of them and do not compete with it.
        """
        candidates: list[Candidate] = []
        places: dict[tuple[str, int], float] = {}
        confidence = 0.0
        weights = self._whether if asks_whether(query.text) else self._weights
        for some in self._rounds(query, hits):
            candidates += self._read(query.text, some)
            logits = [dot(weights.rank, c.signs) for c in candidates]
            scored = sorted(zip(logits, candidates, strict=True), key=lambda pair: _order(*pair))
            best, places = scored[0][1], _best_by_place(scored)
            confidence = logistic(dot(weights.sure, best.sure_signs(query.text, lead([*places.values()]))))
            if confidence >= _LIKELY:
                break
        if not candidates:
            return (), 0.0
        scored.sort(key=lambda pair: -places[_place(pair[1])])
        evidence = [evidence_of(query.text, c, logistic(logit)) for logit, c in scored]
        if name_asked(query.text):  # a sentence that names others alone does not say who that is
            evidence = [one for one in evidence if one.answer] or evidence
        return tuple(distinct(evidence, k, by_cell=True)), confidence

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """Return what the reader makes of all the sentences that may be read, in no order."""
        return [one for some in self._rounds(query, hits) for one in self._read(query.text, some)]

    def _rounds(self, query: Query, hits: Sequence[Hit]) -> Iterator[list[_Weighed]]:
        """Yield the windows in the order in which they are read, `n_read` at a time."""
        laid_out = windows_of(hits, whole_lists=may_be_list(query.text))
        windows = with_terms(query.text, naming(query.text, laid_out))
        windows = under_headings(query, windows)
        if not windows:
            return
        likeness = self._embedder.embed_documents([one.text[one.own.start : one.own.end] for one in windows])
        cosines = (likeness @ self._embedder.embed_query(query.text)).tolist()
        overlaps = word_overlaps(query.text, [one.text for one in windows])
        weighed = [(windows[n], cosines[n], overlaps[n]) for n in of_asked_rows(query.text, windows)]
        weighed.sort(key=lambda one: -(2 * one[1] + one[2] + one[0].hit.score))
        for at in range(0, min(len(weighed), _ROUNDS * self._n_read), self._n_read):
            yield weighed[at : at + self._n_read]

    def _read(self, question: str, weighed: Sequence[_Weighed]) -> list[Candidate]:
        reads = [(part, alike, held) for one, alike, held in weighed for part in by_cell(question, one, self._embedder)]
        texts = [window.text for window, *_ in reads]
        as_read = (self._embedder.embed_documents(texts) @ self._embedder.embed_query(question)).tolist()
        readings = self._reader.read(question, texts)
        return [
            candidate(question, window, max(alike, whole), held, reading)
            for (window, alike, held), whole, reading in zip(reads, as_read, readings, strict=True)
        ]


def lead(logits: Sequence[float]) -> float:
    """Return the greatest share of the softmax over some logits, in (0, 1]."""
    most = max(logits)
    return 1 / sum(math.exp(logit - most) for logit in logits)


def _place(candidate: Candidate) -> tuple[str, int]:
    return candidate.hit.passage.passage_id, candidate.sentence.start


def _best_by_place(scored: Sequence[tuple[float, Candidate]]) -> dict[tuple[str, int], float]:
    """Return the best logit of each sentence or row; `scored` is best first."""
    best: dict[tuple[str, int], float] = {}
    for logit, one in scored:
        best.setdefault(_place(one), logit)
    return best


def _order(logit: float, candidate: Candidate) -> tuple[float, str, int]:
    return -logit, *_place(candidate)
