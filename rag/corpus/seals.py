"""Seal documents, to see later that they are what was read. document and passages -> digest, kept beside them."""

from __future__ import annotations

import hashlib
from sqlite3 import Connection

_TABLE = """
    CREATE TABLE IF NOT EXISTS seals (
        doc_id TEXT PRIMARY KEY REFERENCES documents (doc_id) ON DELETE CASCADE,
        digest TEXT NOT NULL
    ) WITHOUT ROWID
"""
_DOCUMENT = "SELECT path, title, text, places, date FROM documents WHERE doc_id = ?"
_PASSAGES = """
    SELECT passage_id, start, "end", head, headings, body, sentences, vector, places FROM passages WHERE doc_id = ?
    ORDER BY start, passage_id
"""


def seal(connection: Connection, doc_id: str) -> None:
    """Keep the digest of a document and its passages as they are now; call it whenever one of them was changed."""
    connection.execute("INSERT OR REPLACE INTO seals VALUES (?, ?)", (doc_id, _digest(connection, doc_id)))


def seal_with_attached(connection: Connection, doc_id: str) -> None:
    """Seal a document and what is attached to it anew, but for those that were refused."""
    query = "SELECT doc_id FROM documents WHERE (doc_id = ? OR parent = ?) AND verdict != 'refused'"
    for (found,) in connection.execute(query, (doc_id, doc_id)).fetchall():
        seal(connection, found)


def seal_all(connection: Connection) -> None:
    """Make the table, and seal every document anew."""
    connection.execute(_TABLE)
    for (doc_id,) in connection.execute("SELECT doc_id FROM documents WHERE verdict != 'refused'").fetchall():
        seal(connection, doc_id)


def has_seals(connection: Connection) -> bool:
    """Say whether a library's file was made, or brought up to date, since there are seals."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'seals'").fetchone())


def broken_seal(connection: Connection) -> str:
    """Return what is wrong with the first document that is not as it was sealed, "" when all are."""
    for doc_id, digest in connection.execute("SELECT doc_id, digest FROM seals").fetchall():
        if wrong := what_is_broken(connection, doc_id, digest):
            return wrong
    return ""


def what_is_broken(connection: Connection, doc_id: str, digest: str) -> str:
    """Return "" for a document that is as it was sealed, with its passages, else what is wrong."""
    return (
        "" if _digest(connection, doc_id) == digest else f"what it holds of the document {doc_id} is not what was read"
    )


def _digest(connection: Connection, doc_id: str) -> str:
    digest = hashlib.sha256()
    for query in (_DOCUMENT, _PASSAGES):
        for row in connection.execute(query, (doc_id,)):
            for value in row:
                raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
                digest.update(b"%d " % len(raw) + raw)
    return digest.hexdigest()
