"""Ask several libraries at once. Libraries, question -> their hits in one ranking -> one growing Answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace

from rag.askable import Askable
from rag.errors import LibraryMissing, SettingsError, SourceError
from rag.library import Library
from rag.records import Answer, Document, FileStatus, Hit, Query, Turn

Found = tuple[str, Query, tuple[Hit, ...]]
"""A library's name, what was searched in it, and its hits."""


def together(libraries: Iterable[Library]) -> Together:
    """Return what asks all the libraries at once, each of them once, in their order.

    Raises `LibraryMissing` when there are none, `SettingsError` when their searches score on different scales.
    """
    return Together(libraries)


class Together(Askable):
    """Several libraries, asked as one: each is searched, the best hits of all make one answer, by the first's settings.

    Ids of documents and passages are `LIBRARY/ID` here, where LIBRARY is the library's name (its path, if two have
    the same name). One that cannot be asked is an error that names it: the others are not asked in its place.
    """

    def __init__(self, libraries: Iterable[Library]) -> None:
        unlike = {library.path: library for library in libraries}
        self.libraries = tuple(unlike.values())
        if not self.libraries:
            raise LibraryMissing("No library was given to be asked. Name one or more.")
        for library in self.libraries[1:]:
            _check_scale(self.libraries[0], library)
        same = len({library.name for library in self.libraries}) < len(self.libraries)
        self._named = {str(one.path) if same else one.name: one for one in self.libraries}

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), query: str = "", only: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Generator[Answer, None, None]:  # fmt: skip
        """Yield whole, growing answers; the last one is final. Arguments and errors as for `Askable.stream`."""
        first = self.libraries[0].pipeline(load=True)
        start = time.perf_counter()
        searched, hits = self._find(question, first.depth, history=history, query=query, only=only)
        yield from first.answer(searched, hits, start=start, stop=stop, see_whole=self._see_whole)

    def find(
        self, question: str, k: int = 10, *, history: Sequence[Turn] = (), only: Sequence[str] = ()
    ) -> tuple[Query, tuple[Hit, ...]]:
        """Return what was searched where the best hit is, its spelling mended there, and what `search` returns."""
        query, hits = self._find(question, k, history=history, query="", only=only)
        self._see_whole(hit.passage.doc_id for hit in hits)
        return query, hits

    def status(self) -> tuple[FileStatus, ...]:
        """Return what became of every file, library by library, by path."""
        return tuple(
            replace(file, doc_id=f"{name}/{file.doc_id}") for name, one in self._named.items() for file in one.status()
        )

    def document(self, doc_id: str) -> Document:
        """Return the document of a citation or hit. Raises `SourceError` when no library holds it."""
        name, own = self._own(doc_id)
        return replace(self._named[name].document(own), doc_id=doc_id)

    def close(self) -> None:
        """Let go of the files on disk."""
        for library in self.libraries:
            library.close()

    def _find(
        self, question: str, k: int, *, history: Sequence[Turn], query: str, only: Sequence[str]
    ) -> tuple[Query, tuple[Hit, ...]]:
        """Search every library, or those that hold documents of `only`, once it is seen that all can be asked."""
        pipelines = {name: one.pipeline() for name, one in self._named.items()}
        asked: dict[str, list[str]] = {} if only else {name: [] for name in pipelines}
        for doc_id in only:
            name, own = self._own(doc_id)
            asked.setdefault(name, []).append(own)
        found: list[Found] = [
            (name, *pipelines[name].find(question, k, history, query_text=query, only=ids))
            for name, ids in asked.items()
        ]
        best = max(found, key=lambda one: one[2][0].score if one[2] else -1.0)[1]
        return replace(best, only=tuple(only)), merged(found, k)

    def _see_whole(self, doc_ids: Iterable[str]) -> None:
        for name, own in map(self._own, doc_ids):
            self._named[name].see_whole([own])

    def _own(self, doc_id: str) -> tuple[str, str]:
        """Return the name of the library that an id is of, and the document's id there."""
        name, _, own = doc_id.rpartition("/")
        if name not in self._named:
            raise SourceError(f"There is no document {doc_id!r} in the libraries {', '.join(self._named)}.")
        return name, own


def merged(found: Sequence[Found], k: int) -> tuple[Hit, ...]:
    """Return the best `k` hits of all libraries, each named after its own, ranks from 1 without gaps.

    Scores are on one scale, whatever the library; ties go by library and passage. A document that several libraries
    hold, by its path or by its words, is taken from the one where it stands highest.
    """
    every = [_named(hit, name) for name, _, hits in found for hit in hits]
    paths: dict[str, str] = {}
    texts: dict[str, str] = {}
    kept: list[Hit] = []
    for hit in sorted(every, key=lambda hit: (-hit.score, hit.passage.passage_id)):
        passage = hit.passage
        by_path = paths.setdefault(passage.path, passage.library)
        if by_path == passage.library == texts.setdefault(passage.text, passage.library):
            kept.append(hit)
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(kept[:k], 1))


def _named(hit: Hit, library: str) -> Hit:
    passage = hit.passage
    doc_id, passage_id = f"{library}/{passage.doc_id}", f"{library}/{passage.passage_id}"
    return replace(hit, passage=replace(passage, library=library, doc_id=doc_id, passage_id=passage_id))


def _check_scale(one: Library, other: Library) -> None:
    """Raise `SettingsError` when the scores of two libraries cannot be compared."""
    for name in ("use_dense", "use_lexical", "dense_weight", "reranker", "rerank_weight"):
        first, second = getattr(one.settings, name), getattr(other.settings, name)
        if first != second:
            raise SettingsError(
                f"The libraries {one.name!r} and {other.name!r} score otherwise ({name} {first} and {second}). "
                "Open both with the same Settings to ask them together."
            )
