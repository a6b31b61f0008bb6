"""What can be asked: one library, or several together. A question -> hits, or growing Answers."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence

from rag.errors import SourceError
from rag.records import Answer, Citation, Document, FileStatus, Hit, Query, Span, Turn
from rag.standing import find_again
from rag.within import doc_ids_within


class Askable(ABC):
    """Says the same of whatever can be asked: all of it rests on `stream`, `find` and `status`."""

    def ask(self, question: str, *, history: Sequence[Turn] = (), query: str = "", only: Sequence[str] = ()) -> Answer:
        """Return the final answer to a question; see `stream`."""
        return list(self.stream(question, history=history, query=query, only=only))[-1]

    def search(
        self, question: str, k: int = 10, *, history: Sequence[Turn] = (), only: Sequence[str] = ()
    ) -> tuple[Hit, ...]:
        """Return up to `k` passages for a question, best first, each with what every searcher thought of it.

        Where several libraries are asked, `ranks` in a hit are those in its own.
        """
        return self.find(question, k, history=history, only=only)[1]

    def within(self, pattern: str = "*", *, since: str = "", until: str = "") -> tuple[str, ...]:
        """Return the doc_ids of the documents that a pattern and dates mean, for `only`, by path.

        A pattern is a file or folder, by its path or its name, or has wildcards ("*.pdf", "minutes-20??*"). Dates are
        days, months or years ("2024-02-05", "2024-02", "2024"), both within; undated documents are left out by any.
        Raises `SourceError` when none is left.
        """
        return doc_ids_within(self.status(), pattern, since, until)

    def still_stands(self, citation: Citation) -> bool:
        """Say whether the words of an earlier answer's citation still stand in its document, there or elsewhere.

        Raises `SourceError` for what is no citation.
        """
        if not isinstance(citation, Citation):
            raise SourceError(f"{citation!r} is no citation. Give one of an answer's: answer.citations[0]")
        try:
            text = self.document(citation.doc_id).text
        except SourceError:
            return False
        return find_again(text, Span(citation.start, citation.end), citation.quote) is not None

    @abstractmethod
    def stream(
        self, question: str, *, history: Sequence[Turn] = (), query: str = "", only: Sequence[str] = (),
        stop: threading.Event | None = None,
    ) -> Generator[Answer, None, None]:  # fmt: skip
        """Yield whole, growing answers; the last one is final. `history` is what was said before, oldest first.

        `query` is searched in place of what would be made of question and history; `only` are doc_ids (none: all).
        Raises `QuestionError` for a question that cannot be asked, `LibraryEmpty` when there is nothing to ask.
        """

    @abstractmethod
    def find(
        self, question: str, k: int = 10, *, history: Sequence[Turn] = (), only: Sequence[str] = ()
    ) -> tuple[Query, tuple[Hit, ...]]:
        """Return what was searched for a question, its spelling mended, and what `search` returns."""

    @abstractmethod
    def document(self, doc_id: str) -> Document:
        """Return the document of a citation or hit. Raises `SourceError` when it is not held."""

    @abstractmethod
    def status(self) -> tuple[FileStatus, ...]:
        """Return what became of every file, by path."""
