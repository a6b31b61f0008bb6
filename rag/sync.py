"""Bring a library in step with its folders. sources -> documents added, changed, removed; a Progress for each file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from rag.corpus.ahead import FoundFile, LookedAt, ReadAhead, find_known, lying_in
from rag.corpus.database import Database
from rag.corpus.drives import check_drives
from rag.corpus.formats.ocr import WAITING
from rag.corpus.left_out import LeftOut, left_out_sentence
from rag.corpus.passages import PassageTable
from rag.corpus.read import TOO_LARGE, shown_path
from rag.corpus.scan import check_sources
from rag.corpus.store import Store
from rag.forget import Forgetting
from rag.keep import Kept, Waiting
from rag.protocols import Embedder, Splitter
from rag.records import Progress
from rag.retrieval.dense import DenseIndex
from rag.settle import settle_passages

Change = Literal["added", "changed", "removed", "unchanged", "refused"]

_BATCH_PASSAGES = 64
_FORGOTTEN_AT_A_TIME = 256
_FILE_BYTES = 4_000
"""What a file costs, however small, in bytes that are read and embedded meanwhile."""
_OCR, _LARGEST = "ocr_seconds", "max_bytes"
LEFT_OUT = "left_out"
"""The fact that says in a sentence what the last sync passed over; "" for nothing."""


class Sync:
    """One pass over the sources. Each file is one transaction: stopping it at any moment loses nothing done.

    `splitter` and `embedder` are called for when a file is new or changed: they take seconds to load.
    """

    def __init__(
        self, database: Database, dense: DenseIndex, *, splitter: Callable[[], Splitter],
        embedder: Callable[[], Embedder], base: Path, max_bytes: int, max_read_seconds: float,
        max_ocr_seconds: float,
    ) -> None:  # fmt: skip
        self._store = store = Store(database)
        self._passages = PassageTable(database)
        self._dense = dense
        self._forgetting = Forgetting(database, dense)
        self._base = base
        self._reading = ReadAhead(max_bytes=max_bytes, timeout_seconds=max_read_seconds, ocr_seconds=max_ocr_seconds)
        self._sources: Sequence[Path] = ()
        self._waiting = Waiting(store, self._passages, splitter=splitter, embedder=embedder)
        self._twins: dict[str, str] = {}
        self._start = time.monotonic()
        self._max_bytes = max_bytes
        self._done = self._total = 0
        self._done_bytes = self._total_bytes = 0

    def run(self, sources: Sequence[Path]) -> Iterator[Progress]:
        """Yield a step for every file; what was read is embedded in batches and kept as its steps come.

        Files that are gone are forgotten first, but for those that may have moved: they lend their vectors before.
        Files that were refused for a limit are read again once it is higher.
        """
        self._sources = sources
        self._allow_more()
        known = self._store.known_files()
        left_out: list[LeftOut] = []
        files, unread = find_known(sources, known, base=self._base, left_out=left_out)
        drives = check_drives(sources, [file.path for file in files], self._store.facts())
        self._note({**drives, LEFT_OUT: left_out_sentence(left_out)})
        gone = known.keys() - {file.doc_id for file in files} - lying_in(unread, known)
        files += unread
        new_sizes = {file.size for file in files if file.known is None}
        moved = {doc_id for doc_id in gone if known[doc_id].size in new_sizes}
        self._twins = {file.fingerprint: doc_id for doc_id, file in known.items() if file.fingerprint}
        self._total = len(files) + len(gone)
        self._total_bytes = sum(map(self._work, files)) + len(gone) * _FILE_BYTES
        settle_passages(self._passages, self._dense)
        try:
            yield from self._forget({doc_id: known[doc_id].path for doc_id in sorted(gone - moved)})
            for looked in self._reading.look(files, self._twins.__contains__):
                yield from self._take(looked)
                if self._waiting.n_passages >= _BATCH_PASSAGES:
                    yield from self._keep_waiting()
            yield from self._keep_waiting()
            yield from self._forget({doc_id: known[doc_id].path for doc_id in sorted(moved)})
            self._forgetting.wipe()
        finally:
            self._reading.close()

    def _note(self, facts: Mapping[str, str]) -> None:
        """Keep facts, unless they are those that are known."""
        if facts.items() - self._store.facts().items():
            self._store.set_facts(facts)

    def _allow_more(self) -> None:
        """Have files read again that were refused for what has come since, or is set higher: OCR, a larger size."""
        limits = ((_OCR, self._reading.ocr_seconds, WAITING), (_LARGEST, self._max_bytes, (TOO_LARGE,)))
        for fact, now, sentences in limits:
            if now > float(self._store.facts().get(fact, 0)):
                self._store.read_again(sentences)
            self._note({fact: str(now)})

    def _forget(self, paths: Mapping[str, str]) -> Iterator[Progress]:
        """Forget documents, given with their paths by doc_id; tell of each once it was seen to be gone."""
        doc_ids = list(paths)
        for at in range(0, len(doc_ids), _FORGOTTEN_AT_A_TIME):
            some = doc_ids[at : at + _FORGOTTEN_AT_A_TIME]
            self._forgetting.forget(some)
            yield from [self._step(paths[doc_id], "removed", _FILE_BYTES) for doc_id in some]

    def _take(self, looked: LookedAt) -> Iterator[Progress]:
        """Do what one file asks for; yield its step now unless it must be embedded first."""
        file, shown = looked.file, shown_path(looked.file.path)
        if not looked.reason and self._is_unchanged(looked):
            yield self._step(shown, "unchanged", self._work(file))
            return
        if not looked.reason and looked.fingerprint in self._twins:
            if self._waiting.holds(looked.fingerprint):
                yield from self._keep_waiting()
            if self._copy(looked):
                yield self._kept(file)
                return
        if not looked.reason and looked.document is None:
            looked = self._reading.read(file)
        if looked.document is None and _is_gone(file.path):
            check_sources(self._sources)
            yield from self._forget({file.doc_id: shown})
            return
        reason = looked.reason
        if looked.document is not None:
            reason = self._waiting.add(file, looked.fingerprint, (looked.document, *looked.attached))
        if reason:
            yield self._refuse(Kept(file, looked.fingerprint, reason))
            return
        self._twins[looked.fingerprint] = file.doc_id

    def _is_unchanged(self, looked: LookedAt) -> bool:
        """Say whether a file's bytes are those known; note its time and path, should they have changed."""
        file, known = looked.file, looked.file.known
        if file.is_as_known:
            return True
        if known is None or not looked.fingerprint or known.fingerprint != looked.fingerprint:
            return False
        self._store.touch(file.doc_id, shown_path(file.path), size=file.size, mtime_ns=file.mtime_ns)
        return True

    def _copy(self, looked: LookedAt) -> bool:
        """Keep a file as a copy of one of the same bytes, if that can be."""
        file, digest = looked.file, looked.fingerprint
        return self._store.copy(
            self._twins[digest], file.doc_id, shown_path(file.path),
            fingerprint=digest, size=file.size, mtime_ns=file.mtime_ns,
        )  # fmt: skip

    def _keep_waiting(self) -> Iterator[Progress]:
        """Embed and keep what waits, then tell the dense index, then whoever looks on."""
        steps = [self._refuse(kept) if kept.reason else self._kept(kept.file) for kept in self._waiting.keep()]
        if steps:
            settle_passages(self._passages, self._dense)
        yield from steps

    def _kept(self, file: FoundFile) -> Progress:
        return self._step(shown_path(file.path), "changed" if file.known else "added", self._work(file))

    def _refuse(self, kept: Kept) -> Progress:
        file, shown = kept.file, shown_path(kept.file.path)
        self._store.put_refused(
            file.doc_id, shown, kept.reason, fingerprint=kept.fingerprint, size=file.size, mtime_ns=file.mtime_ns
        )
        return self._step(shown, "refused", self._work(file))

    def _work(self, file: FoundFile) -> int:
        """Return what a file costs, in bytes; nothing when it need not be opened."""
        if file.is_as_known:
            return 0
        return _FILE_BYTES + (file.size if file.size <= self._max_bytes else 0)

    def _step(self, path: str, change: Change, n_bytes: int) -> Progress:
        self._done += 1
        self._done_bytes += n_bytes
        share = min(1.0, self._done_bytes / self._total_bytes) if self._total_bytes else 1.0
        return Progress(self._done, self._total, path, change, time.monotonic() - self._start, share)


def _is_gone(path: Path) -> bool:
    """Say whether there is no such file; one whose path is too long for the system is there."""
    try:
        return not path.exists()
    except OSError:
        return False
