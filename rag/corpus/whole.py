"""See that a library's file is sound before anything is written to it. path -> nothing, or an error."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rag.corpus.seals import broken_seal, has_seals
from rag.corpus.told import damaged

_ENDING = "-whole"
"""Of the small file beside the library's that says how that was left."""


def is_as_left(path: Path) -> bool:
    """Say whether a library's file is as `mark_left` saw it, or not there yet."""
    try:
        if not path.exists() or not path.stat().st_size:
            return True
        return bool(json.loads(_mark(path).read_text("utf-8")) == _look(path))
    except (OSError, ValueError):
        return False


def mark_left(path: Path) -> None:
    """Remember a library's file as it is now: whoever wrote it is done, or it was looked through."""
    with suppress(OSError):  # one that may not be written is looked through each time
        _mark(path).write_text(json.dumps(_look(path)), "utf-8")


def check_whole(path: Path) -> bool:
    """Look a library's file through, writing nothing; return whether its index of terms is sound too.

    A page that was overwritten is found by SQLite, words that were exchanged by the seals of the documents. Raises
    `LibraryDamaged`, or what sqlite3 raises for a file that it cannot read.
    """
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as reading:
        verdict = str(reading.execute("PRAGMA integrity_check").fetchone()[0])
        if verdict == "ok" and has_seals(reading):
            verdict = broken_seal(reading) or "ok"
        if verdict != "ok":
            raise damaged(path, verdict)
        return _has_sound_terms(path)


def terms_error(connection: sqlite3.Connection) -> str:
    """Return what is wrong with the index of terms, "" for nothing. Raises `OperationalError` where it is locked."""
    try:
        connection.execute("INSERT INTO terms (terms, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        return str(error)
    return ""


def _has_sound_terms(path: Path) -> bool:
    """Ask the index of terms, which answers only one who might write; nothing is written.

    While another process writes it is not asked: that one has seen to it.
    """
    with _might_write(path) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'terms'").fetchone():
            return True
        try:
            return not terms_error(connection)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                return True
            raise


@contextmanager
def _might_write(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection for a file that another one reads, so that closing this one does not clear up the log."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _mark(path: Path) -> Path:
    return path.with_name(path.name + _ENDING)


def _look(path: Path) -> list[int]:
    """Return size and times of change of a file: whoever writes to it can set back only the second."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
