"""Open Chroma's collection of a folder once for all who use it, the door to chromadb. folder -> collection."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from rag.errors import DiskFull

_LOOKED_AT = 800
"""Neighbours that a search keeps in view: 0.98 of the true first ten of 100,000 are found; of Chroma's 100, 0.89."""

_COLLECTION = "passages"
_PATIENCE_SECONDS = 10.0
"""So long is waited for those that still use what was closed: after a full disk Chroma may never come back."""


@dataclass(slots=True)
class _Opened:
    client: Any
    collection: Any
    users: int = 0
    retired: bool = False


class Collection:
    """The collection of one folder; get it by `collection_of`. Safe to use from several threads.

    Chroma shares what it has read of a folder among all its clients of a process, so that one opened anew beside
    another does not see what another process wrote: there is only one, and it is closed for all.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._condition = threading.Condition()
        self._opened: _Opened | None = None
        self._n_retired = 0
        self.had_no_room = False

    @property
    def is_open(self) -> bool:
        """Whether it need not be opened to be used."""
        return self._opened is not None

    @contextmanager
    def use(self) -> Iterator[Any]:
        """Give the collection, empty if there was none; it stays open while it is used."""
        with self._condition:
            opened = self._opened or self._open()
            opened.users += 1
        try:
            yield opened.collection
        finally:
            with self._condition:
                opened.users -= 1
                self._end(opened)

    @contextmanager
    def noting_room(self) -> Iterator[None]:
        """Remember, as `had_no_room`, whether the disk had no room for what is done meanwhile."""
        try:
            yield
        except DiskFull:
            self.had_no_room = True
            raise
        self.had_no_room = False

    def close(self) -> None:
        """Have it opened anew at the next use; who uses it now goes on until done."""
        with self._condition:
            opened, self._opened = self._opened, None
            if opened:
                opened.retired = True
                self._n_retired += 1
                self._end(opened)

    def wait_until_closed(self) -> None:
        """Wait until nobody uses what was closed, ten seconds at most."""
        with self._condition:
            self._condition.wait_for(lambda: not self._n_retired, _PATIENCE_SECONDS)

    def _end(self, opened: _Opened) -> None:
        if opened.retired and not opened.users:
            opened.client.close()
            self._n_retired -= 1
            self._condition.notify_all()

    def _open(self) -> _Opened:
        import chromadb
        from chromadb.config import Settings

        self.wait_until_closed()
        if self._opened:  # by another who waited
            return self._opened
        settings = Settings(anonymized_telemetry=False, allow_reset=False, _env_file=None)
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            client = chromadb.PersistentClient(str(self._folder), settings=settings)
        except AttributeError:  # of one that was half-made over a full disk; Chroma has let go of it now
            client = chromadb.PersistentClient(str(self._folder), settings=settings)
        collection = client.get_or_create_collection(
            _COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": _LOOKED_AT}},
        )
        self._opened = _Opened(client, collection)
        return self._opened


_known: WeakValueDictionary[str, Collection] = WeakValueDictionary()
_knowing = threading.Lock()


def collection_of(folder: Path) -> Collection:
    """Return the collection of a folder, the same one to all who ask while anybody holds it."""
    with _knowing:
        return _known.setdefault(str(folder.resolve()), Collection(folder))
