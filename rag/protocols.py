"""What the rooms ask of each other's insides: one small protocol per exchangeable part."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from rag.records import Answer, Delta, Document, Evidence, Hit, Message, Passage, Query

Vectors = npt.NDArray[np.float32]
"""`(n, d)` float32, unit rows."""


class VectorTable(NamedTuple):
    """Passages with their vectors, by passage_id: the rows of `vectors` stand in that order too."""

    passage_ids: Sequence[str]
    doc_ids: Sequence[str]
    vectors: Vectors


class Embedder(Protocol):
    """Turns text into unit vectors. `name` identifies the model and the way its text is made."""

    name: str
    dimension: int
    max_tokens: int

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return `(len(texts), dimension)` float32 unit rows, in order; no texts give `(0, dimension)`."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return `(dimension,)` float32, unit length."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many word pieces `text` costs, without the special ones."""
        ...


class Searcher(Protocol):
    """Finds passages for a query."""

    name: str

    def search(self, query: Query, k: int) -> list[tuple[str, float]]:
        """Return up to `k` pairs (passage_id, score), best first, ties by passage_id."""
        ...

    def score(self, query: Query, passages: Sequence[Passage]) -> list[float]:
        """Return how well each passage suits the query, on a scale that ends at 1 whatever the query."""
        ...


class Reranker(Protocol):
    """Reads the question and a passage together."""

    name: str

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """Return how well each passage suits the question, in [0, 1], in order."""
        ...


class EvidenceSelector(Protocol):
    """Chooses the sentences that may answer."""

    def select(self, query: Query, hits: Sequence[Hit], k: int) -> tuple[tuple[Evidence, ...], float]:
        """Return up to `k` sentences, best first, and the probability in [0, 1] that they answer the question."""
        ...


class LanguageModel(Protocol):
    """Writes text. One caller at a time; closing the iterator stops it."""

    name: str
    context_tokens: int

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the length of the prompt that `messages` make, in the model's tokens."""
        ...

    def generate(self, messages: Sequence[Message], *, max_tokens: int, timeout_seconds: float) -> Iterator[Delta]:
        """Yield the reply piece by piece; the last delta has a `finish`."""
        ...


class Judge(Protocol):
    """Says how likely a reply is. One caller at a time."""

    name: str
    context_tokens: int

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the length of the prompt that `messages` make, in the model's tokens."""
        ...

    def likelihood(self, messages: Sequence[Message], text: str, *, timeout_seconds: float) -> float:
        """Return the probability in [0, 1] that the reply to `messages` begins with the first token of `text`."""
        ...

    def log_likelihood(self, messages: Sequence[Message], text: str, *, timeout_seconds: float) -> float | None:
        """Return the natural log of the probability that the reply begins with all of `text`; None when it is late."""
        ...


class Retriever(Protocol):
    """Brings the hits for a query."""

    def search(self, query: Query, k: int) -> tuple[Hit, ...]:
        """Return up to `k` hits, best first, ranks from 1 without gaps."""
        ...


class Writer(Protocol):
    """Makes an answer from hits."""

    def stream(self, query: Query, hits: Sequence[Hit], *, stop: threading.Event | None = None) -> Iterator[Answer]:
        """Yield whole, growing answers; the last one is final."""
        ...


class Splitter(Protocol):
    """Splits documents into passages."""

    name: str

    def split(self, document: Document) -> list[Passage]:
        """Return the passages in reading order."""
        ...

    def embedded_text(self, passage: Passage) -> str:
        """Return what the embedder sees of a passage."""
        ...
