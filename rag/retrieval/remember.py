"""Remember the vectors of sentences that come up again and again. texts -> unit vectors, computed once each."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from rag.protocols import Embedder, Vectors

_QUERIES = 64
"""Questions whose vectors are kept: one is asked for again for each round of reading and each row."""


class RememberingEmbedder:
    """An embedder that keeps the vectors of the last `size` texts (1.5 kB each). Safe to call from several threads."""

    def __init__(self, embedder: Embedder, size: int = 20_000) -> None:
        self._embedder = embedder
        self._size = size
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()
        self._embed_query = lru_cache(maxsize=_QUERIES)(embedder.embed_query)
        self.name, self.dimension, self.max_tokens = embedder.name, embedder.dimension, embedder.max_tokens

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return `(len(texts), dimension)` float32 unit rows, in order; no texts give `(0, dimension)`."""
        with self._lock:
            rows = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in rows]
        if missing:
            rows |= dict(zip(missing, self._embedder.embed_documents(missing), strict=True))
        with self._lock:
            for text in texts:
                self._kept[text] = rows[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return np.stack([rows[text] for text in texts]) if texts else self._embedder.embed_documents([])

    def embed_query(self, text: str) -> Vectors:
        """Return `(dimension,)` float32, unit length."""
        return self._embed_query(text)

    def count_tokens(self, text: str) -> int:
        """Return how many word pieces `text` costs, without the special ones."""
        return self._embedder.count_tokens(text)
