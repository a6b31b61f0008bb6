"""Read the files that changed, a few ahead of who asks. files -> what became of each, in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.left_out import LeftOut
from rag.corpus.read import (
    Refusal,
    as_document,
    attached_documents,
    doc_id_of,
    fingerprint_of,
    read_bytes,
    shown_path,
)
from rag.corpus.scan import find_files
from rag.corpus.store import KnownFile
from rag.records import Document

if TYPE_CHECKING:
    from concurrent.futures import Future

_AHEAD = 4
_THREADS = 2


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is there, and what was known of it; `error` says why it could not be looked at."""

    doc_id: str
    path: Path
    size: int = 0
    mtime_ns: int = 0
    known: KnownFile | None = None
    error: str = ""

    @property
    def is_as_known(self) -> bool:
        """Whether nothing about it changed: it need not be opened."""
        return self.known is not None and self.known[:3] == (shown_path(self.path), self.size, self.mtime_ns)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A file after a look: its `document`, or the `reason` it was refused; neither when its bytes are known already.

    `attached` are the files inside it, refused ones included.
    """

    file: FoundFile
    fingerprint: str = ""
    document: Document | None = None
    reason: str = ""
    attached: tuple[Document, ...] = ()


def find_known(
    sources: Sequence[Path], known: Mapping[str, KnownFile], *, base: Path, left_out: list[LeftOut]
) -> tuple[list[FoundFile], list[FoundFile]]:
    """Return the files of the sources, in order, and the folders inside them that cannot be read, each with an error.

    What was passed over is added to `left_out`. Raises `SourceError` for a source that is gone or cannot be read.
    """
    unread: dict[Path, str] = {}
    found = {doc_id_of(path, base): path for path in find_files(sources, unread, left_out)}
    files = [_look_up(doc_id, path, known.get(doc_id)) for doc_id, path in found.items()]
    folders = {doc_id_of(path, base): path for path in unread}
    return files, [FoundFile(i, path, known=known.get(i), error=unread[path]) for i, path in folders.items()]


def lying_in(folders: Iterable[FoundFile], known: Mapping[str, KnownFile]) -> set[str]:
    """Return the doc_ids of the known files that lie in any of the folders."""
    tops = [shown_path(folder.path) for folder in folders]
    return {doc_id for doc_id, file in known.items() if any(Path(file.path).is_relative_to(top) for top in tops)}


def _look_up(doc_id: str, path: Path, known: KnownFile | None) -> FoundFile:
    """Return a file with its size and time."""
    try:
        status = path.stat()
    except OSError as error:
        return FoundFile(doc_id, path, known=known, error=f"The file could not be opened: {error.strerror or error}.")
    return FoundFile(doc_id, path, status.st_size, status.st_mtime_ns + status.st_ctime_ns, known)


class ReadAhead:
    """Reads files in worker processes while the caller is at work on those before. Close it to end them.

    `ocr_seconds` is how long OCR may read pages of a file, 0 where there is none.
    """

    def __init__(self, *, max_bytes: int, timeout_seconds: float, ocr_seconds: float) -> None:
        from concurrent.futures import ThreadPoolExecutor

        from rag.corpus.formats.rapid import why_not
        from rag.corpus.workers import ReadingWorkers

        no_ocr = why_not(ocr_seconds)
        self.ocr_seconds = 0.0 if no_ocr else ocr_seconds
        self._workers = ReadingWorkers(timeout_seconds=timeout_seconds, ocr_seconds=ocr_seconds, no_ocr=no_ocr)
        self._threads = ThreadPoolExecutor(_THREADS, "reading")
        self._max_bytes = max_bytes

    def look(self, files: Iterable[FoundFile], is_known: Callable[[str], bool]) -> Iterator[LookedAt]:
        """Yield each file in order. One whose fingerprint `is_known` elsewhere is not read: see `read`."""
        waiting: deque[LookedAt | Future[LookedAt]] = deque()
        for file in files:
            waiting.append(LookedAt(file) if file.is_as_known else self._threads.submit(self._look, file, is_known))
            while waiting and (len(waiting) > _AHEAD or isinstance(waiting[0], LookedAt)):
                yield _done(waiting.popleft())
        while waiting:
            yield _done(waiting.popleft())

    def read(self, file: FoundFile) -> LookedAt:
        """Read a file now, whatever is known of its bytes."""
        return self._look(file, lambda _: False)

    def close(self) -> None:
        """End all reading at once."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workers.close()

    def _look(self, file: FoundFile, is_known: Callable[[str], bool]) -> LookedAt:
        if file.error:
            return LookedAt(file, reason=file.error)
        digest = ""
        try:
            raw = read_bytes(file.path, self._max_bytes)
            digest = fingerprint_of(raw)
            same = (
                file.known is not None and file.known.fingerprint == digest and file.known.path == shown_path(file.path)
            )
            if same or is_known(digest):
                return LookedAt(file, digest)
            reading = self._workers.read(raw, shown_path(Path(file.path.name)))
            document = as_document(reading, file.path, file.doc_id, digest)
            return LookedAt(file, digest, document, attached=attached_documents(document, reading.attached))
        except Refusal as refusal:
            return LookedAt(file, digest, reason=str(refusal))
        except Exception as error:
            return LookedAt(file, digest, reason=unforeseen(file.path, error))


def unforeseen(path: Path, error: Exception) -> str:
    """Return the sentence for a file that failed in a way that nobody foresaw; the log has it all at debug level."""
    logging.getLogger("footnote").debug("%s failed", shown_path(path), exc_info=error)
    return f"Something went wrong with the file that nobody foresaw ({type(error).__name__}). Please report it."


def _done(looked: LookedAt | Future[LookedAt]) -> LookedAt:
    return looked if isinstance(looked, LookedAt) else looked.result()
