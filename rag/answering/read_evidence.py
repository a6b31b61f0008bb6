"""Choose the sentences that answer, by reading. Query and Hits -> Evidence with answer spans, and a probability."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.answering.evidence import distinct, statements, window, word_overlaps
from rag.answering.furniture import is_furniture
from rag.answering.kinds import fits
from rag.answering.lists import listing_at
from rag.answering.odds import dot, logistic, read_weights, write_weights
from rag.answering.reader import Reader, Reading
from rag.answering.rows import Statement, cells_of, statements_of, values_held
from rag.protocols import Embedder
from rag.records import Evidence, Hit, Query, Span
from rag.words import content_stems, names, numbers

RANK_SIGNS = ("reads", "starts", "likeness", "overlap", "passage", "furniture")
"""What ranks a sentence: the reader's logit that its window answers; the log of the probability that the answer starts
in it; its cosine to the question; the share of the question's words in its window; its passage's score; 1 when it
is page furniture, else 0."""

SURE_SIGNS = ("reads", "lead", "missing_names", "wrong_kind")
"""What says whether the best sentence answers: the reader's logit; its share of the softmax over all that were read;
how many of the question's names and numbers do not stand in its window; 1 when a name, a number or a time is asked for
and the answer holds none, else 0."""

_NAMES = {"rank": RANK_SIGNS, "sure": (*SURE_SIGNS, "constant")}
_LEAST_LOG = -6.0
_ROUNDS = 2
_LIKELY = 0.5
_MOST_CELLS = 3
"""Cells of a row that are read."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign weighs: `rank` as `RANK_SIGNS`, `sure` as `SURE_SIGNS` and then a constant.

    Fitted by `python -m eval fit` on questions of the dev half.
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that was read: the window it stands in, the words of it that answer, its signs; see `Evidence`."""

    hit: Hit
    sentence: Span
    window: str
    answer: Span | None
    signs: tuple[float, ...]
    statement: str = ""

    def sure_signs(self, question: str, lead: float) -> tuple[float, ...]:
        """Return the values of `SURE_SIGNS` for a question, and 1 for the constant."""
        held = self.window.lower()
        named = names(question[:1].lower() + question[1:]) | numbers(question)
        told = self.hit.passage.slice(self.answer) if self.answer else self.statement
        wrong_kind = not fits(question, told)
        strange = sum(name.lower() not in held for name in named)
        return (self.signs[0], lead, float(strange), float(wrong_kind), 1.0)


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence to read, the text it is read in, and its place there. `whole`: it stands for all of a list."""

    hit: Hit
    sentence: Span
    text: str
    own: Span
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    """What is to be read, its cosine to the question, and the share of the question's words it holds."""

    read: _Read
    likeness: float
    overlap: float

    def candidate(self, reading: Reading, statement: Statement | None = None) -> Candidate:
        """Return the sentence as it was read: in its window or, if it is a row, as what one of its cells says."""
        read, own = self.read, statement.own if statement else self.read.own
        starts = max(math.log(max(reading.mass(own), 1e-9)), _LEAST_LOG)
        furniture = float(is_furniture(read.text[read.own.start : read.own.end]))
        signs = (reading.logit, starts, self.likeness, self.overlap, read.hit.score, furniture)
        if statement:
            return Candidate(read.hit, read.sentence, read.text, statement.value, signs, statement.text)
        if read.whole:
            return Candidate(read.hit, read.sentence, read.text, None, signs, read.text)
        found, shift = reading.answer(own), read.sentence.start - own.start
        answer = Span(found.start + shift, found.end + shift) if found.end > found.start else None
        return Candidate(read.hit, read.sentence, read.text, answer, signs)


class ReadingSelector:
    """Reads the likeliest sentences of the hits, each with the one before it, and ranks them by how well they answer.

    `n_read` windows are read at a time, first those that likeness, shared words and their passage's score put first;
    as many again, and no more, while none of them is likelier than not to answer: a question in other words than the
    document's has its sentence further down.
    """

    def __init__(self, reader: Reader, embedder: Embedder, weights: Weights, *, n_read: int) -> None:
        self._reader = reader
        self._embedder = embedder
        self._weights = weights
        self._n_read = n_read

    def select(self, query: Query, hits: Sequence[Hit], k: int) -> tuple[tuple[Evidence, ...], float]:
        """Return up to `k` sentences, best first, ties by place, and the probability in [0, 1] that the first answers.

        A sentence's score is that of the logistic function, in [0, 1]; only their order means something.
        """
        candidates: list[Candidate] = []
        confidence = 0.0
        for some in self._rounds(query, hits):
            candidates += self._read(query.text, some)
            logits = [dot(self._weights.rank, c.signs) for c in candidates]
            scored = sorted(zip(logits, candidates, strict=True), key=lambda pair: _order(*pair))
            best = scored[0][1]
            confidence = logistic(dot(self._weights.sure, best.sure_signs(query.text, lead(logits))))
            if confidence >= _LIKELY:
                break
        if not candidates:
            return (), 0.0
        return tuple(distinct([_evidence(c, logistic(logit)) for logit, c in scored], k)), confidence

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """Return what the reader makes of all the sentences that may be read, in no order."""
        return [candidate for some in self._rounds(query, hits) for candidate in self._read(query.text, some)]

    def _rounds(self, query: Query, hits: Sequence[Hit]) -> Iterator[list[_Window]]:
        """Yield the windows in the order in which they are read, `n_read` at a time."""
        reads = [read for hit in hits for read in _windows(hit)]
        if not reads:
            return
        likeness = self._embedder.embed_documents([read.text[read.own.start : read.own.end] for read in reads])
        cosines = (likeness @ self._embedder.embed_query(query.text)).tolist()
        overlaps = word_overlaps(query.text, [read.text for read in reads])
        windows = [_Window(*found) for found in zip(reads, cosines, overlaps, strict=True)]
        windows = _of_asked_rows(query.text, windows)
        windows.sort(key=lambda window: -(2 * window.likeness + window.overlap + window.read.hit.score))
        for at in range(0, min(len(windows), _ROUNDS * self._n_read), self._n_read):
            yield windows[at : at + self._n_read]

    def _read(self, question: str, windows: Sequence[_Window]) -> list[Candidate]:
        read: list[tuple[_Window, Statement | None]] = []
        for one in windows:
            read += [(one, statement) for statement in self._statements(question, one)] or [(one, None)]
        texts = [statement.text if statement else one.read.text for one, statement in read]
        readings = self._reader.read(question, texts)
        return [one.candidate(reading, said) for (one, said), reading in zip(read, readings, strict=True)]

    def _statements(self, question: str, one: _Window) -> list[Statement]:
        """Return what the cells of a row say whose columns' names are likest the question; nothing for a sentence."""
        passage = one.read.hit.passage
        found = statements_of(question, passage, cells_of(passage, one.read.sentence))
        if len(found) > _MOST_CELLS:
            headers = [statement.header for statement in found]
            likeness = self._embedder.embed_documents(headers) @ self._embedder.embed_query(question)
            order = sorted(range(len(found)), key=lambda n: -float(likeness[n]) - _shared(question, headers[n]))
            found = [found[n] for n in order[:_MOST_CELLS]]
        return found


def lead(logits: Sequence[float]) -> float:
    """Return the greatest share of the softmax over some logits, in (0, 1]."""
    most = max(logits)
    return 1 / sum(math.exp(logit - most) for logit in logits)


def _order(logit: float, candidate: Candidate) -> tuple[float, str, int]:
    return -logit, candidate.hit.passage.passage_id, candidate.sentence.start


def _evidence(candidate: Candidate, score: float) -> Evidence:
    start, end = candidate.sentence
    return Evidence(candidate.hit, start, end, score, candidate.answer, candidate.statement)


def _of_asked_rows(question: str, windows: Sequence[_Window]) -> list[_Window]:
    """Return the windows without the rows whose values hold fewer of the question's words than another row's.

    Those of "Lumeter 15" hold less of "Lumeter 10" than those of "Lumeter 10". Rows are compared within a document.
    """
    asked = frozenset(content_stems(question))
    held = {
        n: asked & values_held(one.read.hit.passage, cells)
        for n, one in enumerate(windows)
        if (cells := cells_of(one.read.hit.passage, one.read.sentence))
    }
    best: dict[str, set[frozenset[str]]] = defaultdict(set)
    for n, stems in held.items():
        best[windows[n].read.hit.passage.doc_id].add(stems)
    return [
        one
        for n, one in enumerate(windows)
        if n not in held or not any(held[n] < other for other in best[one.read.hit.passage.doc_id])
    ]


def _shared(question: str, header: str) -> float:
    """Return the share in [0, 1] of a header's stems that the question holds."""
    stems = frozenset(content_stems(header))
    return len(stems & frozenset(content_stems(question))) / len(stems) if stems else 0.0


def _windows(hit: Hit) -> Iterator[_Read]:
    """Yield how every sentence that says something is read: after the one before it, an item after what leads its list.

    A list is read as a whole too, in place of its first item.
    """
    passage = hit.passage
    told = set()
    for span in statements(passage):
        listing = listing_at(passage, span)
        if listing and listing not in told:
            told.add(listing)
            words = listing.read_by(passage)
            yield _Read(hit, listing.items[0], words, Span(0, len(words)), whole=True)
        if listing and span in listing.items:
            if span != listing.items[0]:
                lead = f"{listing.lead} " if listing.lead else ""
                text = lead + passage.slice(span)
                yield _Read(hit, span, text, Span(len(lead), len(text)))
            continue
        read = window(passage, span)
        yield _Read(hit, span, passage.slice(read), Span(span.start - read.start, span.end - read.start))
