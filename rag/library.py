"""A library: folders of documents, kept in step, searched and asked. The one object people hold."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

from rag.askable import Askable
from rag.catalogue import Catalogue
from rag.corpus.saved import SavedPages
from rag.corpus.web import is_url
from rag.errors import SourceError
from rag.pipeline import Pipeline
from rag.places import existing_source
from rag.records import Answer, Hit, Progress, Query, Turn
from rag.settings import Settings
from rag.sync import Sync
from rag.threshold import least_confidence
from rag.upkeep import Parts, Upkeep


class Library(Catalogue, Askable):
    """Documents of one or more folders, indexed in one folder on disk. Opened by `open_library`.

    Safe to use from several threads; one process writes at a time, others may ask meanwhile.
    """

    def __init__(self, folder: Path, settings: Settings, parts: Parts) -> None:
        self.path = folder
        self.name = folder.name
        self.model_name = parts.model_name
        super().__init__(settings, parts)
        self._upkeep = Upkeep(folder, parts)
        self._base = folder.parent.parent
        self._pages = SavedPages(folder / "pages", parts.store, self._base)

    def add(self, *paths: str | Path) -> None:
        """Follow folders or files from the next sync on; fetch what stands at addresses of the web, now and once.

        Raises `SourceError` for a path that is not there, or an address that gives nothing; nothing is added then.
        """
        found = [existing_source(Path(path)) for path in paths if not is_url(path)]
        fetched = [(str(url), self._parts.fetch(str(url))) for url in paths if is_url(url)]
        with self._parts.database.writing():
            for url, page in fetched:
                self._pages.keep(url, page)
                found.append(self._pages.folder)
            for path in found:
                self._parts.store.set_source(path, present=True)

    def remove(self, *paths: str | Path) -> None:
        """Follow folders or files no longer, drop pages of the web by their address; they go at the next sync."""
        followed = self.sources()
        for path in paths:
            if not is_url(path) and Path(path).expanduser().resolve() not in followed:
                known = ", ".join(map(str, followed)) or "none"
                raise SourceError(f"The library does not follow {str(path)!r}. It follows: {known}.")
        with self._parts.database.writing():
            for path in paths:
                if is_url(path):
                    self._pages.forget(str(path))
                else:
                    self._parts.store.set_source(Path(path).expanduser().resolve(), present=False)

    def sources(self) -> tuple[Path, ...]:
        """Return the folders and files that are followed, by path."""
        return self._parts.store.sources()

    def sync(self) -> tuple[Progress, ...]:
        """Bring the library in step with its folders; return a step for each file that is not as it was."""
        return tuple(step for step in self.sync_steps() if step.change != "unchanged")

    def sync_steps(self) -> Iterator[Progress]:
        """Do what `sync` does, yielding a step for every file as it is done. Closing the iterator stops it.

        Raises `LibraryLocked` when another process is writing, `SourceError` when a folder is gone.
        """
        parts = self._parts
        with self._parts.database.writing():
            self._upkeep.check_identity()
            self._upkeep.settle()
            sync = Sync(
                parts.database, parts.dense, splitter=parts.splitter, embedder=parts.embedder,
                base=self._base, max_bytes=self.settings.max_file_mb * 1_000_000,
                max_read_seconds=self.settings.max_read_seconds, max_ocr_seconds=self.settings.max_ocr_seconds,
            )  # fmt: skip
            changed = False
            try:
                for step in sync.run(parts.store.sources()):
                    changed = changed or step.change != "unchanged"
                    yield step
            finally:
                self._upkeep.settle()
                if changed:
                    self._upkeep.mark_changed()

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), query: str = "", only: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Generator[Answer, None, None]:  # fmt: skip
        """Do what `Askable.stream` says."""
        yield from self.pipeline(load=True).stream(question, history, query_text=query, only=only, stop=stop)

    def find(
        self, question: str, k: int = 10, *, history: Sequence[Turn] = (), only: Sequence[str] = ()
    ) -> tuple[Query, tuple[Hit, ...]]:
        """Do what `Askable.find` says."""
        query, hits = self.pipeline().find(question, k, history, only=only)
        self.see_whole(hit.passage.doc_id for hit in hits)
        return query, hits

    def see_whole(self, doc_ids: Iterable[str]) -> None:
        """See that documents are what was read, each once. Raises `LibraryDamaged` for one that is not."""
        self._parts.passages.see_whole(doc_ids)

    def warm(self) -> None:
        """Load the models that answer, which the first question would wait for. Raises `ModelError` as `stream` does.

        There need be no document yet.
        """
        self._parts.load()
        self._parts.pipeline().writer()

    @property
    def is_warm(self) -> bool:
        """Whether the models that answer are loaded, so that no question waits for them."""
        return self._parts.is_loaded()

    @property
    def by_words_alone(self) -> bool:
        """Whether the last question was searched by words alone, not by meaning, because the disk is full."""
        return self._parts.dense.had_no_room and self._parts.passages.few_vectors() is None

    def pipeline(self, *, load: bool = False) -> Pipeline:
        """Return the way from a question to its answer; `load` begins to load the models. Raises as `stream` does."""
        if load:
            self._parts.load()
        self._upkeep.prepare()
        return self._parts.pipeline()

    @property
    def threshold(self) -> float:
        """The confidence in [0, 1] from which this library answers; under it, the documents are said to be silent."""
        return least_confidence(self.settings, self._parts.store)

    def set_threshold(self, confidence: float) -> None:
        """Keep the confidence in [0, 1] from which to answer; it holds from the next opening on."""
        self._upkeep.set_threshold(confidence)

    def repair(self) -> str:
        """Make the dense index again from the documents, and the passages too if they were made another way.

        Those are built beside the old ones, which stay until `drop_old`. The next sync looks again at refused files.
        Returns what was done, in a sentence. Raises `LibraryDamaged` when the documents themselves are torn.
        """
        return self._upkeep.repair()

    def differences(self) -> tuple[str, ...]:
        """Return in what way the passages were made otherwise than they would be now, for which `repair` is due."""
        return self._upkeep.differences()

    def copy_to(self, folder: Path, *, as_it_is: bool = False) -> None:
        """Copy the library to a folder; `open_library(at=folder)` opens the copy, which follows the same documents.

        With `as_it_is` the copy can be asked though it has `differences`. Raises `LibraryMismatch` where the embedder
        is among these.
        """
        self._upkeep.copy_to(folder, as_it_is=as_it_is)

    def drop_old(self) -> str:
        """Delete the library as it was before the last upgrade, which `repair` kept; return a sentence about it."""
        return self._upkeep.drop_old()

    def close(self) -> None:
        """Let go of the files on disk."""
        self._parts.dense.refresh()
        self._parts.database.close()
