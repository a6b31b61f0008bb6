"""Keep documents in SQLite, the system of record. Documents, passages and vectors -> one transaction for each file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rag.corpus.database import Database
from rag.corpus.rows import COLUMNS, Split, insert, insert_copies, insert_passages, path_of, path_value, read_again
from rag.corpus.seals import seal, seal_with_attached
from rag.protocols import Vectors
from rag.records import Document, FileStatus, Hidden, Passage, Place

_DOCUMENT = """
    SELECT doc_id, path, title, text, media_type, fingerprint, places, verdict, reason, coverage,
           coalesce(origin, ''), date FROM documents LEFT JOIN origins USING (doc_id)
"""


class KnownFile(NamedTuple):
    """A file as it was when it was last met: `size` in bytes.

    `mtime_ns` is the sum of its times of change in nanoseconds, of its content and of its record: a program may set
    back the first, but not both.
    """

    path: str
    size: int
    mtime_ns: int
    fingerprint: str


class Store:
    """What a library knows of itself, of the files it met, and their documents."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = database.rows
        self._transaction = database.transaction

    def facts(self) -> dict[str, str]:
        """Return what the library records of itself (embedder, splitter, version); a new one records nothing."""
        return dict(self._rows("SELECT name, value FROM facts"))

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Record facts, replacing those of the same name."""
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def sources(self) -> tuple[Path, ...]:
        """Return the folders and files that the library follows, by path."""
        return tuple(path_of(path) for (path,) in self._rows("SELECT path FROM sources ORDER BY path"))

    def set_source(self, path: Path, *, present: bool) -> None:
        """Follow a folder or file from now on, or no longer."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM sources WHERE path = ?", (path_value(path),))
            if present:
                connection.execute("INSERT INTO sources VALUES (?)", (path_value(path),))

    def put(
        self, document: Document, passages: Sequence[Passage], vectors: Vectors, *, size: int, mtime_ns: int,
        attached: Sequence[Split] = (),
    ) -> None:  # fmt: skip
        """Keep a document with all that is searched of it and of what is attached, in place of what was known of it.

        `vectors` are `(len(passages), d)` float32 unit rows.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM documents WHERE doc_id = ?", (document.doc_id,))
            for n, one in enumerate([Split(document, passages, vectors), *attached]):
                insert(connection, one, size=size, mtime_ns=mtime_ns, parent=document.doc_id if n else None)

    def put_passages(self, split: Split) -> None:
        """Keep other passages of a document in place of those that are known."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM passages WHERE doc_id = ?", (split.document.doc_id,))
            insert_passages(connection, split)
            seal(connection, split.document.doc_id)

    def put_refused(self, doc_id: str, path: str, reason: str, *, fingerprint: str, size: int, mtime_ns: int) -> None:
        """Keep the verdict on a file that cannot be indexed; nothing of it is searched any more."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM documents WHERE doc_id = ?", (doc_id,))
            connection.execute(
                f"INSERT INTO documents ({COLUMNS})"
                " VALUES (?, ?, '', '', '', ?, ?, ?, 'refused', ?, 0, '[]', '', '[]', NULL)",
                (doc_id, path, fingerprint, size, mtime_ns, reason),
            )

    def copy(self, from_id: str, doc_id: str, path: str, *, fingerprint: str, size: int, mtime_ns: int) -> bool:
        """Keep a file as a copy of a document of the same bytes: its passages and vectors are taken as they are.

        Returns False, having done nothing, when that document is not there, not of these bytes, or is named after
        its file while this one has another name.
        """
        rows = self._rows(
            "SELECT path, title FROM documents WHERE doc_id = ? AND fingerprint = ? AND verdict != 'refused'",
            (from_id, fingerprint),
        )
        old, new = (Path(rows[0][0]), Path(path)) if rows else (Path(), Path())
        if not rows or from_id == doc_id or old.suffix != new.suffix or (rows[0][1] == old.stem != new.stem):
            return False
        with self._transaction() as connection:
            connection.execute("DELETE FROM documents WHERE doc_id = ?", (doc_id,))
            insert_copies(connection, from_id, doc_id, path=path, size=size, mtime_ns=mtime_ns)
        return True

    def touch(self, doc_id: str, path: str, *, size: int, mtime_ns: int) -> None:
        """Note a file's new time or place when its bytes are the same."""
        with self._transaction() as connection:
            before = connection.execute("SELECT path FROM documents WHERE doc_id = ?", (doc_id,)).fetchone()
            connection.execute(
                "UPDATE documents SET path = ? || substr(path, 1 + (SELECT length(path) FROM documents"
                " WHERE doc_id = ?)) WHERE parent = ?",
                (path, doc_id, doc_id),
            )
            connection.execute(
                "UPDATE documents SET path = ?, size = ?, mtime_ns = ? WHERE doc_id = ?", (path, size, mtime_ns, doc_id)
            )
            if before != (path,):
                seal_with_attached(connection, doc_id)

    def retry_refused(self) -> None:
        """Have the next sync look again at the files that could not be read, or not all that is attached to them."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE documents SET mtime_ns = 0, fingerprint = '' WHERE parent IS NULL AND (verdict = 'refused'"
                " OR doc_id IN (SELECT parent FROM documents WHERE verdict = 'refused'))"
            )

    def read_again(self, sentences: Sequence[str]) -> None:
        """Have the next sync read again the files whose verdict, or that of one attached, holds any of `sentences`."""
        with self._transaction() as connection:
            read_again(connection, sentences)

    def delete(self, doc_id: str) -> None:
        """Forget a document and all that was searched of it."""
        with self._transaction() as connection:
            for table in ("documents", "passages", "origins"):
                connection.execute(f"DELETE FROM {table} WHERE doc_id = ?", (doc_id,))

    def set_origin(self, doc_id: str, origin: str) -> None:
        """Note where a document came from, which may not be read yet."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO origins VALUES (?, ?)", (doc_id, origin))

    def known_files(self) -> dict[str, KnownFile]:
        """Return what is known of every file met, by doc_id."""
        rows = self._rows("SELECT doc_id, path, size, mtime_ns, fingerprint FROM documents WHERE parent IS NULL")
        return {doc_id: KnownFile(*rest) for doc_id, *rest in rows}

    def document(self, doc_id: str) -> Document | None:
        """Return a document, or None when the library does not hold it."""
        rows = self._rows(f"{_DOCUMENT} WHERE doc_id = ?", (doc_id,))
        return _document(rows[0]) if rows else None

    def documents(self) -> tuple[Document, ...]:
        """Return every document that is indexed, by path."""
        return tuple(_document(row) for row in self._rows(f"{_DOCUMENT} WHERE verdict != 'refused' ORDER BY path"))

    def documents_without_passages(self) -> tuple[Document, ...]:
        """Return every document that is indexed but not split yet, by path."""
        query = f"{_DOCUMENT} WHERE verdict != 'refused' AND doc_id NOT IN (SELECT doc_id FROM passages) ORDER BY path"
        return tuple(_document(row) for row in self._rows(query))

    def hidden(self) -> tuple[tuple[str, Hidden], ...]:
        """Return what is hidden in the files, with the path of each, by path and in the order of the file."""
        rows = self._rows("SELECT path, hidden FROM documents WHERE hidden != '[]' ORDER BY path")
        return tuple((path, Hidden(*one)) for path, pieces in rows for one in json.loads(pieces))

    def status(self) -> tuple[FileStatus, ...]:
        """Return what became of every file, by path."""
        query = """
            SELECT doc_id, path, title, verdict, reason, length(text), coverage,
                   (SELECT count(*) FROM passages p WHERE p.doc_id = d.doc_id),
                   CASE verdict WHEN 'refused' THEN '' ELSE coalesce(
                       (SELECT json_extract(value, '$[1]') FROM json_each(d.places) GROUP BY 1 ORDER BY count(*) DESC),
                       'line') END,
                   coalesce(origin, ''), date
            FROM documents d LEFT JOIN origins USING (doc_id) ORDER BY path
        """
        return tuple(FileStatus(*row) for row in self._rows(query))


def _document(row: tuple[Any, ...]) -> Document:
    doc_id, path, title, text, media_type, fingerprint, places, *told = row
    known = tuple(Place(*place) for place in json.loads(places))
    return Document(doc_id, path, title, text, media_type, fingerprint, known, *told)
