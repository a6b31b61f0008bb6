"""Find the sentences of an article that are likest a question. Asked paragraphs -> likeness of each sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

import numpy as np
import numpy.typing as npt

from rag.protocols import Embedder
from rag.training.sets import Asked
from rag.words import content_stems

_BY_MEANING = 0.5


class Rivals:
    """The sentences of each article, each with the row whose paragraph it stands in and its number there.

    Likeness is counted in shared stems or, with an `embedder`, half of the time by the cosine of the vectors.
    """

    def __init__(self, asked: Sequence[Asked], embedder: Embedder | None) -> None:
        self.sentences: dict[str, list[tuple[Asked, int]]] = defaultdict(list)
        first: dict[tuple[str, str], Asked] = {}
        for row in asked:
            first.setdefault((row.article, row.text), row)
        for (article, _), row in first.items():
            self.sentences[article] += [(row, n) for n in range(len(row.sentences))]
        texts = {article: [row.sentence(n) for row, n in held] for article, held in self.sentences.items()}
        self._stems = {article: [set(content_stems(text)) for text in held] for article, held in texts.items()}
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}
        self._questions: dict[str, npt.NDArray[np.float32]] = {}
        if embedder:
            self._vectors = {article: embedder.embed_documents(held) for article, held in texts.items()}
            questions = sorted({row.question for row in asked})
            self._questions = dict(zip(questions, embedder.embed_documents(questions), strict=True))

    def likeness(self, row: Asked, random: Random) -> Sequence[float]:
        """Return how like a question each sentence of its article is, in order; 0 or less for one that is not."""
        if self._questions and random.random() < _BY_MEANING:
            cosines: list[float] = (self._vectors[row.article] @ self._questions[row.question]).tolist()
            return cosines
        asked = set(content_stems(row.question))
        return [len(asked & stems) + random.random() if asked & stems else 0.0 for stems in self._stems[row.article]]
