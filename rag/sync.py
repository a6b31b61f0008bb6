"""Bring a library in step with its folders. sources -> documents added, changed, removed; a Progress for each file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.corpus.passages import PassageTable
from rag.corpus.read import Refusal, doc_id_of, fingerprint_of, read_bytes, read_document, shown_path
from rag.corpus.scan import find_files
from rag.corpus.store import KnownFile, Store
from rag.protocols import Embedder, Splitter
from rag.records import Document, Passage, Progress
from rag.retrieval.dense import DenseIndex

Change = Literal["added", "changed", "removed", "unchanged", "refused"]

_BATCH_PASSAGES = 256


@dataclass(frozen=True, slots=True)
class _Read:
    """A document that was read and split, waiting to be embedded with others."""

    document: Document
    passages: list[Passage]
    size: int
    mtime_ns: int
    change: Change


class Sync:
    """One pass over the sources. Each file is one transaction: stopping it at any moment loses nothing done.

    `splitter` and `embedder` are called for when a file is new or changed: they take seconds to load.
    """

    def __init__(
        self, store: Store, passages: PassageTable, dense: DenseIndex, *, splitter: Callable[[], Splitter],
        embedder: Callable[[], Embedder], base: Path, max_bytes: int,
    ) -> None:  # fmt: skip
        self._store = store
        self._passages = passages
        self._dense = dense
        self._splitter = splitter
        self._embedder = embedder
        self._base = base
        self._max_bytes = max_bytes
        self._waiting: list[_Read] = []
        self._start = time.monotonic()
        self._done = 0
        self._total = 0

    def run(self, sources: Sequence[Path]) -> Iterator[Progress]:
        """Yield a step for every file; what was read is embedded in batches and kept as its steps come."""
        files = {doc_id_of(path, self._base): path for path in find_files(sources)}
        known = self._store.known_files()
        gone = [doc_id for doc_id in known if doc_id not in files]
        self._total = len(files) + len(gone)
        settle_passages(self._passages, self._dense)
        for doc_id in gone:
            self._store.delete(doc_id)
            yield self._step(known[doc_id].path, "removed")
        for doc_id, path in files.items():
            yield from self._take(doc_id, path, known.get(doc_id))
            if sum(len(read.passages) for read in self._waiting) >= _BATCH_PASSAGES:
                yield from self._keep_waiting()
        yield from self._keep_waiting()

    def _take(self, doc_id: str, path: Path, known: KnownFile | None) -> Iterator[Progress]:
        """Read one file if it changed; yield its step now unless it must be embedded first."""
        shown = shown_path(path)
        size = mtime_ns = 0
        digest = ""
        try:
            status = path.stat()
            size, mtime_ns = status.st_size, status.st_mtime_ns
            if known and (known.path, known.size, known.mtime_ns) == (shown, size, mtime_ns):
                yield self._step(shown, "unchanged")
                return
            raw = read_bytes(path, self._max_bytes)
            digest = fingerprint_of(raw)
            if known and known.fingerprint == digest and known.path == shown:
                self._store.touch(doc_id, shown, size=size, mtime_ns=mtime_ns)
                yield self._step(shown, "unchanged")
                return
            document = read_document(path, raw, doc_id)
        except OSError as error:
            reason = f"The file could not be opened: {error.strerror or error}."
        except Refusal as refusal:
            reason = str(refusal)
        else:
            change: Change = "changed" if known else "added"
            self._waiting.append(_Read(document, self._splitter().split(document), size, mtime_ns, change))
            return
        self._store.put_refused(doc_id, shown, reason, fingerprint=digest, size=size, mtime_ns=mtime_ns)
        yield self._step(shown, "refused")

    def _keep_waiting(self) -> Iterator[Progress]:
        """Embed what waits, keep each document in its own transaction, then tell the dense index."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        splitter = self._splitter()
        texts = [splitter.embedded_text(passage) for read in waiting for passage in read.passages]
        vectors = self._embedder().embed_documents(texts)
        at = 0
        steps = []
        for read in waiting:
            own = vectors[at : at + len(read.passages)]
            at += len(read.passages)
            self._store.put(read.document, read.passages, own, size=read.size, mtime_ns=read.mtime_ns)
            steps.append(self._step(read.document.path, read.change))
        settle_passages(self._passages, self._dense)
        yield from steps

    def _step(self, path: str, change: Change) -> Progress:
        self._done += 1
        return Progress(self._done, self._total, path, change, time.monotonic() - self._start)


def settle_passages(passages: PassageTable, dense: DenseIndex) -> int:
    """Tell the dense index what it has not heard of yet; return how many passages that were."""
    taken, gone = passages.pending()
    if gone:
        dense.delete(gone)
    if taken:
        dense.upsert(passages.vectors(taken))
    if taken or gone:
        passages.settle([*taken, *gone])
    return len(taken) + len(gone)
