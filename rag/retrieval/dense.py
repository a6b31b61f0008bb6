"""Search by meaning. query -> (passage_id, cosine); passages -> cosines."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import LibraryDamaged, disk_full, has_room
from rag.protocols import Vectors
from rag.records import Passage, Query
from rag.retrieval.collection import collection_of
from rag.retrieval.torn import is_whole, mark_whole

_BATCH = 500
_PROBES = 64
_ROUNDING = 1e-3
_ROOM_BYTES = 1_000_000
"""What Chroma must write even to read; with less it fails in many words."""
_MOST_NAMED = 10_000
"""Documents that one query may be limited to; Chroma fails at 32,766."""


class DenseIndex:
    """A Chroma collection of passage vectors under cosine distance; it can always be made again from the store."""

    name = "dense"

    def __init__(self, folder: Path, embed_query: Callable[[str], Vectors]) -> None:
        self.folder = folder
        self._embed_query = embed_query
        self._collection = collection_of(folder)
        self._wrote = False

    def search(self, query: Query, k: int) -> list[tuple[str, float]]:
        """Return up to `k` pairs (passage_id, cosine in [-1, 1]), best first, ties by passage_id. Raises `DiskFull`."""
        with self._collection.noting_room():
            vector = self._embed_query(query.text).tolist()
            near: list[tuple[str, float]] = []
            for at in range(0, max(1, len(query.only)), _MOST_NAMED):
                some = list(query.only[at : at + _MOST_NAMED])
                within = {"doc_id": {"$in": some}} if some else None
                with self._opened() as collection:
                    found = collection.query(
                        query_embeddings=[vector], n_results=k, include=["distances"], where=within
                    )
                near += [(i, 1.0 - gap) for i, gap in zip(found["ids"][0], found["distances"][0], strict=True)]
        return sorted(near, key=lambda pair: (-pair[1], pair[0]))[:k]

    @property
    def had_no_room(self) -> bool:
        """Whether a full disk kept the last search from being made, whoever asked in this process."""
        return self._collection.had_no_room

    def score(self, query: Query, passages: Sequence[Passage]) -> list[float]:
        """Return for each passage its cosine to the query, in [-1, 1]; 0 for one that is not held."""
        if not passages:
            return []
        vector = self._embed_query(query.text)
        with self._opened() as collection:
            found = collection.get(ids=[passage.passage_id for passage in passages], include=["embeddings"])
        cosines = dict(zip(found["ids"], (np.asarray(found["embeddings"], np.float32) @ vector).tolist(), strict=True))
        return [cosines.get(passage.passage_id, 0.0) for passage in passages]

    def upsert(self, rows: Iterable[tuple[str, str, Vectors]]) -> None:
        """Take rows of (passage_id, doc_id, unit vector `(d,)`), replacing those of the same id in place."""
        iterator = iter(rows)
        while batch := list(islice(iterator, _BATCH)):
            with self._opened(to_write=True) as collection:
                collection.upsert(
                    ids=[row[0] for row in batch],
                    embeddings=[row[2].tolist() for row in batch],
                    metadatas=[{"doc_id": row[1]} for row in batch],
                )

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Drop passages; ids that are not there are passed over."""
        for at in range(0, len(passage_ids), _BATCH):
            with self._opened(to_write=True) as collection:
                collection.delete(ids=list(passage_ids[at : at + _BATCH]))

    def held(self, passage_ids: Sequence[str]) -> set[str]:
        """Return those of the ids that are held."""
        found: set[str] = set()
        for at in range(0, len(passage_ids), _BATCH):
            with self._opened() as collection:
                found.update(collection.get(ids=list(passage_ids[at : at + _BATCH]), include=[])["ids"])
        return found

    def count(self) -> int:
        """Return how many vectors are held."""
        with self._opened() as collection:
            return int(collection.count())

    def is_sound(self, n_vectors: int) -> bool:
        """Say whether so many vectors are held and can be searched; whatever is torn makes it False."""
        try:
            with self._opened() as collection:
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

    def newest(self, n: int) -> list[str]:
        """Return up to `n` ids, of those that were taken last."""
        with self._opened() as collection:
            return list(collection.get(limit=n, offset=max(0, int(collection.count()) - n), include=[])["ids"])

    def agrees(self, rows: Sequence[tuple[str, str, Vectors]]) -> bool:
        """Say whether these vectors are held as they are given, rows as for `upsert`."""
        if not rows:
            return True
        with self._opened() as collection:
            held = collection.get(ids=[row[0] for row in rows], include=["embeddings"])
        vectors = dict(zip(held["ids"], held["embeddings"], strict=True))
        return all(i in vectors and np.allclose(vectors[i], vector, atol=_ROUNDING) for i, _, vector in rows)

    def probe(self) -> None:
        """Read vectors from all over the index and search for what is near each; what is torn may end the process."""
        with self._collection.use() as collection:
            n_vectors = int(collection.count())
            for at in range(0, n_vectors, max(1, n_vectors // _PROBES)):
                held = collection.get(limit=1, offset=at, include=["embeddings"])["embeddings"]
                collection.query(query_embeddings=held, n_results=10, include=["embeddings"])

    def refresh(self) -> None:
        """Open the index anew at the next use, to see what another process wrote."""
        self._collection.close()

    def clear(self) -> None:
        """Throw the whole index away, torn files included; it is empty afterwards."""
        self._collection.close()
        self._collection.wait_until_closed()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def _opened(self, *, to_write: bool = False) -> Iterator[Any]:
        """Give the collection, its files looked through before they are opened; Chroma's errors come out as ours."""
        if not self._collection.is_open and not is_whole(self.folder):
            if not has_room(self.folder, _ROOM_BYTES):
                raise disk_full(self.folder)
            raise LibraryDamaged(self.cure("its files are torn"))
        self._wrote = self._wrote or to_write
        with _translated(self), self._collection.use() as collection:
            yield collection

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
        folder = self._index.folder
        if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or " is full" in str(error):
            raise disk_full(folder) from error
        if isinstance(error, chromadb.errors.ChromaError) and not has_room(folder, _ROOM_BYTES):
            raise disk_full(folder) from error
        if isinstance(error, chromadb.errors.ChromaError | OSError | ValueError | AttributeError):
            raise LibraryDamaged(self._index.cure(error)) from error
