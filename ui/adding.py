"""Keep a library in step while the page is used. uploads, folders to follow -> syncs in the background."""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import FootnoteError, SourceError
from rag.library import Library
from rag.records import Progress

_END_SECONDS = 60.0
"""How long a library that is closed waits for the file its sync is at."""

_MAX_NAME_BYTES = 200
_BAD = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class Adding:
    """How far the sync is, the `nth` of this shelf; `seconds` since it began, `left_seconds` until it ends.

    Of the files that are `done`, `read` are new or changed and `gone` are there no longer. `failed` is a sentence when
    it ended badly; `broke` says that it ended so for no reason a person could mend.
    """

    running: bool = False
    done: int = 0
    total: int = 0
    read: int = 0
    gone: int = 0
    path: str = ""
    seconds: float = 0.0
    stopped: bool = False
    failed: str = ""
    broke: bool = False
    left_seconds: float = 0.0
    nth: int = 0

    @property
    def is_reading(self) -> bool:
        """Whether documents are still to be read."""
        return self.running and not 0 < self.total == self.done

    def after(self, step: Progress) -> Adding:
        """Return how far it is when one more file is done."""
        read = self.read + step.was_read
        return replace(
            self, done=step.done, total=step.total, read=read, gone=self.gone + (step.change == "removed"),
            path=step.path, seconds=step.seconds, left_seconds=step.left_seconds,
        )  # fmt: skip


class Shelf:
    """The documents of one library as the page adds and removes them. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.folder = library.path / "documents"
        self._state = Adding()
        self._stop = threading.Event()
        self._again = False
        self._closed = False
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def state(self) -> Adding:
        """How far the sync is."""
        return self._state

    def sync(self, steps: Callable[[], Iterator[Progress]] | None = None) -> None:
        """Begin a sync in the background; one that runs, or is being stopped, is followed by another.

        `steps` begins it in another way than the library's `sync_steps`.
        """
        with self._lock:
            if self._closed:
                return
            if self._state.running:
                self._again = True
                return
            self._stop.clear()
            self._state = Adding(running=True, nth=self._state.nth + 1)
            self._thread = threading.Thread(target=self._run, args=(steps or self.library.sync_steps,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the sync after the files it is at, and any that was to follow; what was done is kept."""
        with self._lock:
            self._again = False
            self._stop.set()
            self._state = replace(self._state, stopped=self._state.running)

    def close(self, seconds: float = _END_SECONDS) -> bool:
        """Stop the sync and wait until it has ended, so that the library can be closed; no other begins.

        Returns False when it goes on after `seconds`, over a file that takes long.
        """
        with self._lock:
            self._closed = True
        self.stop()
        while (thread := self._thread) is not None and thread.is_alive():
            thread.join(seconds)
            if thread.is_alive():
                return False
        return True

    def room_for(self, name: str) -> Path:
        """Return the path for an uploaded file: its bare name, made harmless, in the folder for uploads."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / safe_name(name)

    def is_ours(self, path: Path) -> bool:
        """Say whether a file was uploaded or fetched for this library, so that it may be deleted."""
        return path.parent in (self.folder, self.library.path / "pages")

    def remove(self, doc_id: str) -> None:
        """Forget a document: an uploaded or fetched file is deleted, one followed by itself is followed no longer.

        Raises `SourceError` for a file of a followed folder, which only its owner may take away.
        """
        file = next((file for file in self.library.status() if file.doc_id == doc_id), None)
        if file is None:
            raise SourceError("The library does not hold this document; it may have been removed already.")
        path = Path(file.path)
        if self.is_ours(path):
            path.unlink(missing_ok=True)
        elif path in self.library.sources():
            self.library.remove(path)
        else:
            raise SourceError(f"{path.name} lies in {str(path.parent)!r}, which is followed. Take it out there.")
        self.sync()

    def follow(self, path: str) -> None:
        """Follow a folder or file of this machine, or fetch an address of the web.

        Raises `SourceError` when there is nothing.
        """
        self.library.add(path)
        self.sync()

    def unfollow(self, path: str) -> None:
        """Follow a folder or file no longer; its documents go with the next sync, which begins."""
        self.library.remove(path)
        self.sync()

    def _run(self, steps: Callable[[], Iterator[Progress]]) -> None:
        failed, broke = "", False
        try:
            if self.folder.is_dir() and self.folder not in self.library.sources():
                self.library.add(self.folder)
            for step in steps():
                self._tell(step)
                if self._stop.is_set():
                    break
        except FootnoteError as error:
            failed = str(error)
        except Exception:
            logging.getLogger("footnote").exception("The documents of %s could not be added", self.library.path)
            broke = True
        with self._lock:
            again, self._again = self._again, False
            self._state = replace(
                self._state, running=False, stopped=self._stop.is_set(), failed=failed, broke=broke
            )  # fmt: skip
        if again:
            self.sync()

    def _tell(self, step: Progress) -> None:
        with self._lock:
            self._state = self._state.after(step)


def safe_name(name: str) -> str:
    """Return a file's bare name without what could be a path, hidden, or unreadable; never empty."""
    bare = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    bare = _BAD.sub("_", bare).strip().lstrip(".").rstrip(". ") or "document"
    stem, ending = Path(bare).stem, Path(bare).suffix
    while len((stem + ending).encode("utf-8")) > _MAX_NAME_BYTES:
        stem, ending = (stem[:-1], ending) if stem else ("document", ending[:8])
    return stem + ending
