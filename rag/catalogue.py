"""Say what a library holds. A library's parts -> its documents, their passages, what became of every file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rag.errors import SourceError
from rag.records import Document, FileStatus, Hidden, Passage
from rag.settings import Settings
from rag.sync import LEFT_OUT
from rag.upkeep import Parts
from rag.words import content_stems


class Catalogue:
    """What a library knows of the files that it met; nothing is changed by asking."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self.settings = settings
        self._parts = parts

    def status(self) -> tuple[FileStatus, ...]:
        """Return what became of every file, by path."""
        return self._parts.store.status()

    def left_out(self) -> str:
        """Return what the last sync passed over in the folders, as a sentence; "" for nothing."""
        return self._parts.store.facts().get(LEFT_OUT, "")

    def hidden(self, words: str = "") -> tuple[tuple[str, Hidden], ...]:
        """Return what the files hide from whoever opens them, each with its file's path, by path.

        Only what holds all of `words`, in any of their forms; without words everything. It is never searched otherwise,
        and never evidence.
        """
        asked = set(content_stems(words))
        return tuple(one for one in self._parts.store.hidden() if asked <= set(content_stems(one[1].text)))

    def documents(self) -> tuple[Document, ...]:
        """Return every document that is indexed, by path."""
        return self._parts.store.documents()

    def document(self, doc_id: str) -> Document:
        """Return one document. Raises `SourceError` when the library does not hold it."""
        found = self._parts.store.document(doc_id)
        if found is None:
            raise SourceError(f"The library holds no document {doc_id!r}; it may have been removed since.")
        return found

    def original(self, document: Document) -> bytes:
        """Return a document's file as it is now, taken out of its mail if need be. Raises `SourceError` if gone."""
        from rag.corpus.attached import read_original

        return read_original(Path(document.path), self.settings.max_file_mb * 1_000_000)

    def passages(self, document: Document) -> tuple[Passage, ...]:
        """Return a document's passages in reading order."""
        return self._parts.passages.of_document(document.doc_id)

    def fingerprint(self) -> str:
        """Return a hash of what is indexed and how: equal for equal documents, wherever they lie."""
        digests = sorted(known.fingerprint for known in self._parts.store.known_files().values())
        facts = [f"{name}={value}" for name, value in sorted(self._parts.identity.items())]
        return hashlib.sha256("\n".join(digests + facts).encode()).hexdigest()
