"""Search by meaning, the door to chromadb. query -> (passage_id, cosine); passages -> cosines."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import LibraryDamaged, disk_full
from rag.protocols import Vectors
from rag.records import Passage, Query
from rag.retrieval.torn import is_whole, mark_whole

_LOOKED_AT = 800
"""Neighbours that a search keeps in view: 0.98 of the true first ten of 100,000 are found; of Chroma's 100, 0.89."""

_COLLECTION = "passages"
_BATCH = 500
_PROBES = 64
_MOST_NAMED = 10_000
"""Documents that one query may be limited to; Chroma fails at 32,766."""


class DenseIndex:
    """A Chroma collection of passage vectors under cosine distance; it can always be made again from the store."""

    name = "dense"

    def __init__(self, folder: Path, embed_query: Callable[[str], Vectors]) -> None:
        self.folder = folder
        self._embed_query = lru_cache(maxsize=64)(embed_query)
        self._lock = threading.RLock()
        self._collection: Any = None
        self._client: Any = None
        self._wrote = False

    def search(self, query: Query, k: int) -> list[tuple[str, float]]:
        """Return up to `k` pairs (passage_id, cosine in [-1, 1]), best first, ties by passage_id."""
        collection = self._open()
        vector = self._embed_query(query.text)
        near: list[tuple[str, float]] = []
        for at in range(0, max(1, len(query.only)), _MOST_NAMED):
            some = list(query.only[at : at + _MOST_NAMED])
            within = {"doc_id": {"$in": some}} if some else None
            with _translated(self):
                found = collection.query(
                    query_embeddings=[vector.tolist()], n_results=k, include=["distances"], where=within
                )
            near += [(i, 1.0 - gap) for i, gap in zip(found["ids"][0], found["distances"][0], strict=True)]
        return sorted(near, key=lambda pair: (-pair[1], pair[0]))[:k]

    def score(self, query: Query, passages: Sequence[Passage]) -> list[float]:
        """Return for each passage its cosine to the query, in [-1, 1]; 0 for one that is not held."""
        collection = self._open()
        if not passages:
            return []
        vector = self._embed_query(query.text)
        with _translated(self):
            found = collection.get(ids=[passage.passage_id for passage in passages], include=["embeddings"])
        cosines = dict(zip(found["ids"], (np.asarray(found["embeddings"], np.float32) @ vector).tolist(), strict=True))
        return [cosines.get(passage.passage_id, 0.0) for passage in passages]

    def upsert(self, rows: Iterable[tuple[str, str, Vectors]]) -> None:
        """Take rows of (passage_id, doc_id, unit vector `(d,)`), replacing those of the same id in place."""
        collection = self._open()
        self._wrote = True
        iterator = iter(rows)
        while batch := list(islice(iterator, _BATCH)):
            with _translated(self):
                collection.upsert(
                    ids=[row[0] for row in batch],
                    embeddings=[row[2].tolist() for row in batch],
                    metadatas=[{"doc_id": row[1]} for row in batch],
                )

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Drop passages; ids that are not there are passed over."""
        collection = self._open()
        self._wrote = True
        for at in range(0, len(passage_ids), _BATCH):
            with _translated(self):
                collection.delete(ids=list(passage_ids[at : at + _BATCH]))

    def count(self) -> int:
        """Return how many vectors are held."""
        collection = self._open()
        with _translated(self):
            return int(collection.count())

    def is_sound(self, n_vectors: int) -> bool:
        """Say whether so many vectors are held and can be searched; whatever is torn makes it False."""
        try:
            collection = self._open()
            with _translated(self):
                if int(collection.count()) != n_vectors:
                    return False
                held = collection.peek(1)["embeddings"]
                sound = not n_vectors or bool(collection.query(query_embeddings=[held[0]], n_results=1)["ids"][0])
        except LibraryDamaged:
            return False
        if sound and self._wrote:
            mark_whole(self.folder)
            self._wrote = False
        return sound

    def probe(self) -> None:
        """Read vectors from all over the index and search for what is near each; what is torn may end the process."""
        collection = self._open(unseen=True)
        n_vectors = int(collection.count())
        for at in range(0, n_vectors, max(1, n_vectors // _PROBES)):
            held = collection.get(limit=1, offset=at, include=["embeddings"])["embeddings"]
            collection.query(query_embeddings=held, n_results=10, include=["embeddings"])

    def refresh(self) -> None:
        """Open the index anew at the next use, to see what another process wrote."""
        with self._lock:
            self._close()

    def clear(self) -> None:
        """Throw the whole index away, torn files included; it is empty afterwards."""
        with self._lock:
            self._close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._collection = self._client = None

    def _open(self, *, unseen: bool = False) -> Any:
        with self._lock:
            if self._collection is None:
                if not unseen and not is_whole(self.folder):
                    raise LibraryDamaged(self.cure("its files are torn"))
                import chromadb
                from chromadb.config import Settings

                settings = Settings(anonymized_telemetry=False, allow_reset=False, _env_file=None)
                with _translated(self):
                    self.folder.mkdir(parents=True, exist_ok=True)
                    self._client = chromadb.PersistentClient(str(self.folder), settings=settings)
                    self._collection = self._client.get_or_create_collection(
                        _COLLECTION,
                        embedding_function=None,
                        configuration={"hnsw": {"space": "cosine", "ef_search": _LOOKED_AT}},
                    )
            return self._collection

    def cure(self, why: object) -> str:
        """Return the sentence that says what is wrong, and what helps."""
        return (
            f"The dense index in {str(self.folder)!r} cannot be read ({why}). "
            "Nothing is lost: it is made again from the documents by: footnote repair"
        )


class _translated:
    """Turn Chroma's errors into ours, which name the cure.

    The index is opened anew after one: Chroma may wait for ever when it is used again after a full disk.
    A half-made one ends in an `AttributeError` of Chroma's own clearing up.
    """

    def __init__(self, index: DenseIndex) -> None:
        self._index = index

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        import chromadb.errors

        self._index.refresh()
        folder = str(self._index.folder)
        if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or " is full" in str(error):
            raise disk_full(folder) from error
        if isinstance(error, chromadb.errors.ChromaError | OSError | ValueError | AttributeError):
            raise LibraryDamaged(self._index.cure(error)) from error
