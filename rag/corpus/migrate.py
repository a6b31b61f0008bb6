"""Bring an older library's file up to today's tables. connection -> columns added and filled in."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from rag.corpus.blocks import SOURCE_CODE
from rag.corpus.formats.reading import HIDDEN
from rag.corpus.place_map import PlaceFinder
from rag.corpus.rows import read_again
from rag.corpus.seals import has_seals, seal_all
from rag.dates import date_in, date_in_name
from rag.errors import LibraryMismatch
from rag.records import Document, Span

TABLES_VERSION = 10
"""Raised whenever a table changes, or what is read of files; kept in the file as `PRAGMA user_version`. 1: no places;
2: no parents, no dates; 3: hidden words were counted only; 4: less was known to be hidden, and no comments; 5:
terms of pages were items of lists; 6: of pages fewer lists and only one article were kept; 7:
tables of PDF files were lines; 8: pages lost how their foot says that one is reached; 9: and what they tell beside."""

_ONLY_PAGES_DIFFER = 8
"""From this version on pages alone are read otherwise today."""


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file, or add to an older one what it lacks, as one transaction.

    Raises `LibraryMismatch` for a file made by a newer version.
    """
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found == TABLES_VERSION and has_seals(connection):
        return
    if found > TABLES_VERSION:
        raise LibraryMismatch(
            f"The library {str(path)!r} was made by a newer version of Footnote. Nothing was changed. "
            "Use that version, or move the library away and add the documents again."
        )
    connection.execute("BEGIN IMMEDIATE")
    try:
        old = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'passages'").fetchone()
        if old and not _has(connection, "passages", "places"):
            _add_places(connection)
        if old and not _has(connection, "documents", "parent"):
            _add_parents(connection)
        if old and not _has(connection, "documents", "date"):
            _add_dates(connection)
        if old and not _has(connection, "documents", "hidden"):
            _add_hidden(connection)
        if old and found < _ONLY_PAGES_DIFFER:
            _read_formats_again(connection)
        if old and _ONLY_PAGES_DIFFER <= found < TABLES_VERSION:
            _read_pages_again(connection)
        if old:
            seal_all(connection)
        connection.execute(f"PRAGMA user_version = {TABLES_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # over a full disk SQLite has gone back by itself
            connection.execute("ROLLBACK")
        raise


def _has(connection: sqlite3.Connection, table: str, column: str) -> bool:
    return any(row[1] == column for row in connection.execute(f"PRAGMA table_info ({table})"))


def _add_parents(connection: sqlite3.Connection) -> None:
    """Add what names the mail of an attachment.

    The next sync reads all but plain texts and pages again: mails were one with what is attached to them, and of the
    others nobody had told yet what is hidden in them.
    """
    connection.execute("ALTER TABLE documents ADD COLUMN parent TEXT REFERENCES documents (doc_id) ON DELETE CASCADE")
    connection.execute("UPDATE documents SET mtime_ns = 0, fingerprint = '' WHERE media_type NOT LIKE 'text/%'")


def _add_places(connection: sqlite3.Connection) -> None:
    """Add the place maps; what was read before them were texts, whose places are lines.

    Files that could not be read then are looked at again by the next sync.
    """
    for table in ("documents", "passages"):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN places TEXT NOT NULL DEFAULT '[]'")
    connection.execute("UPDATE documents SET mtime_ns = 0, fingerprint = '' WHERE verdict = 'refused'")
    documents = connection.execute("SELECT doc_id, text FROM documents").fetchall()
    for doc_id, text in documents:
        find_places = PlaceFinder(Document(doc_id, "", "", text, "", ""))
        rows = connection.execute("SELECT rowid, sentences FROM passages WHERE doc_id = ? ORDER BY start", (doc_id,))
        for rowid, sentences in rows.fetchall():
            places = find_places([Span(*span) for span in json.loads(sentences)])
            connection.execute("UPDATE passages SET places = ? WHERE rowid = ?", (json.dumps(places), rowid))


def _add_dates(connection: sqlite3.Connection) -> None:
    """Add the dates that stand in the texts; those that only the files hold come when a file is read again."""
    connection.execute("ALTER TABLE documents ADD COLUMN date TEXT NOT NULL DEFAULT ''")
    connection.execute("DROP INDEX IF EXISTS documents_shown")  # the schema makes it anew, with the date
    _fill_dates(connection)


def _fill_dates(connection: sqlite3.Connection) -> None:
    """Note the dates in texts and names of those documents that have none yet."""
    for doc_id, path, text in connection.execute("SELECT doc_id, path, text FROM documents WHERE date = ''").fetchall():
        if date := date_in(text) or date_in_name(Path(path).stem):
            connection.execute("UPDATE documents SET date = ? WHERE doc_id = ?", (date, doc_id))


def _add_hidden(connection: sqlite3.Connection) -> None:
    """Add the words that are hidden in files; the next sync reads those again that were said to have some.

    And the dates in names and titles, which were none before.
    """
    _fill_dates(connection)
    connection.execute("ALTER TABLE documents ADD COLUMN hidden TEXT NOT NULL DEFAULT '[]'")
    read_again(connection, [HIDDEN])


def _read_pages_again(connection: sqlite3.Connection) -> None:
    """Have the next sync read pages of the web again, or the mails that they are attached to."""
    connection.execute(
        "UPDATE documents SET mtime_ns = 0, fingerprint = '' WHERE parent IS NULL AND doc_id IN"
        " (SELECT coalesce(parent, doc_id) FROM documents WHERE media_type = 'text/html')"
    )


def _read_formats_again(connection: sqlite3.Connection) -> None:
    """Have the next sync read again all but source code and prose: what is hidden, saved pages, tables without names.

    Of plain texts those whose first line may be of a table, of records or of a page.
    """
    connection.execute(
        "UPDATE documents SET mtime_ns = 0, fingerprint = '' WHERE parent IS NULL AND media_type != ?"
        " AND (media_type != 'text/plain' OR trim(text) GLOB '[[{<]*'"
        " OR substr(text, 1, instr(text, char(10))) GLOB '*[,;|' || char(9) || ']*')",
        (SOURCE_CODE,),
    )
