"""Write a document and its passages as rows of the library's file. Split -> rows, inside a transaction."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

import numpy as np

from rag.corpus.place_map import PlaceFinder
from rag.corpus.read import attached_id, attached_origin
from rag.corpus.seals import seal
from rag.protocols import Vectors
from rag.records import Document, Passage

COLUMNS = """
    doc_id, path, title, text, media_type, fingerprint, size, mtime_ns, verdict, reason, coverage, places, date, hidden,
    parent
"""
_COPIED = 'start, "end", head, headings, body, sentences, vector, places'


class Split(NamedTuple):
    """A document with its passages and their vectors, `(len(passages), d)` float32 unit rows."""

    document: Document
    passages: Sequence[Passage]
    vectors: Vectors


def path_value(path: Path) -> str | bytes:
    """Return a path as it is kept: as text, or as bytes where its name is no UTF-8."""
    try:
        return str(path).encode("utf-8").decode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(path)


def path_of(value: str | bytes) -> Path:
    """Return the path that was kept as a value."""
    return Path(os.fsdecode(value))


def insert(connection: Connection, split: Split, *, size: int, mtime_ns: int, parent: str | None) -> None:
    """Insert a document, which must not be there, and its passages; `parent` is the mail that it is attached to."""
    document = split.document
    covered = sum(len("".join(p.text.split())) for p in split.passages)
    coverage = document.coverage * covered / max(1, len("".join(document.text.split())))
    connection.execute(
        f"INSERT INTO documents ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (document.doc_id, document.path, document.title, document.text, document.media_type,
         document.fingerprint, size, mtime_ns, document.verdict, document.reason, coverage,
         json.dumps(document.places, ensure_ascii=False), document.date,
         json.dumps(document.hidden, ensure_ascii=False), parent),
    )  # fmt: skip
    if document.origin:  # what a file says of itself does not go before where it was fetched
        insert_origin = f"INSERT OR {'REPLACE' if parent else 'IGNORE'} INTO origins VALUES (?, ?)"
        connection.execute(insert_origin, (document.doc_id, document.origin))
    insert_passages(connection, split)
    if document.verdict != "refused":
        seal(connection, document.doc_id)


def insert_passages(connection: Connection, split: Split) -> None:
    """Insert the passages of a document."""
    find_places = PlaceFinder(split.document)
    connection.executemany(
        f"INSERT INTO passages (passage_id, doc_id, {_COPIED}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (p.passage_id, p.doc_id, p.start, p.end, p.title, json.dumps(p.headings, ensure_ascii=False),
             p.text, json.dumps(p.sentences), vector.astype(np.float16).tobytes(),
             json.dumps(find_places(p.sentences), ensure_ascii=False))
            for p, vector in zip(split.passages, split.vectors, strict=True)
        ],
    )  # fmt: skip


def insert_copies(connection: Connection, from_id: str, doc_id: str, *, path: str, size: int, mtime_ns: int) -> None:
    """Insert a document, which must not be there, as another one is, with its origin and attachments."""
    old = connection.execute("SELECT path FROM documents WHERE doc_id = ?", (from_id,)).fetchone()[0]
    inner = connection.execute("SELECT doc_id, path FROM documents WHERE parent = ?", (from_id,)).fetchall()
    _insert_copy(connection, from_id, (doc_id, path, size, mtime_ns, None))
    connection.execute(
        "INSERT OR IGNORE INTO origins SELECT ?, origin FROM origins WHERE doc_id = ?", (doc_id, from_id)
    )
    for inner_id, inner_path in inner:
        name = inner_path[len(old) + 1 :]
        copy_id = attached_id(doc_id, name)
        _insert_copy(connection, inner_id, (copy_id, f"{path}/{name}", size, mtime_ns, doc_id))
        origin = (copy_id, attached_origin(Path(path), name))
        connection.execute("INSERT OR REPLACE INTO origins VALUES (?, ?)", origin)


def _insert_copy(connection: Connection, from_id: str, own: tuple[object, ...]) -> None:
    """Insert a document with its passages as another one is, but for `own`: doc_id, path, size, mtime_ns, parent."""
    doc_id, path, size, mtime_ns, parent = own
    connection.execute(
        f"INSERT INTO documents ({COLUMNS}) SELECT ?, ?, title, text, media_type, fingerprint, ?, ?, verdict,"
        " reason, coverage, places, date, hidden, ? FROM documents WHERE doc_id = ?",
        (doc_id, path, size, mtime_ns, parent, from_id),
    )
    connection.execute(
        f"INSERT INTO passages (passage_id, doc_id, {_COPIED})"
        f" SELECT ? || substr(passage_id, length(doc_id) + 1), ?, {_COPIED} FROM passages WHERE doc_id = ?",
        (doc_id, doc_id, from_id),
    )
    seal(connection, str(doc_id))


def read_again(connection: Connection, sentences: Sequence[str]) -> None:
    """Have the next sync read again the files whose verdict, or that of one attached, holds any of `sentences`."""
    holds = " OR ".join(["instr(reason, ?)"] * len(sentences))
    connection.execute(
        f"WITH telling AS (SELECT doc_id, parent FROM documents WHERE {holds})"
        " UPDATE documents SET mtime_ns = 0, fingerprint = '' WHERE parent IS NULL"
        " AND doc_id IN (SELECT coalesce(parent, doc_id) FROM telling)",
        tuple(sentences),
    )
