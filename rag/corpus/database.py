"""Open a library's SQLite file, the door to sqlite3. path -> transactions and rows, foreign errors translated."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.corpus.migrate import bring_up_to_date
from rag.errors import LibraryDamaged, LibraryError, LibraryLocked, disk_full

_PATIENCE_MS = 30_000
_WIPE_MS = 500


class Database:
    """One SQLite file in WAL mode; a connection for each thread, so that questions are answered during a sync."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._opening = threading.Lock()
        self._is_closed = False
        with translated(path):
            bring_up_to_date(self.connection(), path)
            self.connection().executescript(Path(__file__).with_name("schema.sql").read_text("utf-8"))

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None or self._is_closed:
            self._local.connection = found = self._open()
        return found

    def _open(self) -> sqlite3.Connection:
        """Return a new connection, and close those of threads that ended."""
        with self._opening:
            if self._is_closed:
                raise LibraryError(f"The library {str(self.path)!r} was closed. Open it again to use it.")
            for one in [one for one in self._opened if not one[0].is_alive()]:
                one[1].close()
                self._opened.remove(one)
            found = sqlite3.connect(
                self.path, timeout=_PATIENCE_MS / 1000, isolation_level=None, check_same_thread=False
            )
            self._opened.append((threading.current_thread(), found))
        found.execute("PRAGMA journal_mode = WAL")
        found.execute("PRAGMA synchronous = NORMAL")
        found.execute("PRAGMA foreign_keys = ON")
        found.execute("PRAGMA recursive_triggers = ON")
        found.execute("PRAGMA secure_delete = ON")
        return found

    def close(self) -> None:
        """Close every thread's connection; the store cannot be used afterwards."""
        with self._opening:
            self._is_closed = True
            for _, connection in self._opened:
                connection.close()
            self._opened.clear()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction: all of it is kept, or none."""
        with translated(self.path):
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # over a full disk SQLite has gone back by itself
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def check(self) -> str:
        """Return "" when the file and its index of terms are sound, else what SQLite says is wrong with them."""
        with translated(self.path):
            verdict = str(self.connection().execute("PRAGMA quick_check").fetchone()[0])
        if verdict != "ok":
            return verdict
        try:
            self.connection().execute("INSERT INTO terms (terms, rank) VALUES ('integrity-check', 1)")
        except sqlite3.OperationalError:  # locked, full: not a matter of the index
            with translated(self.path):
                raise
        except sqlite3.DatabaseError as error:
            return str(error)
        return ""

    def copy_to(self, path: Path) -> None:
        """Write all that the file holds now to another, whole or not at all."""
        partial = path.with_name(f"{path.name}.part")
        partial.unlink(missing_ok=True)
        with translated(self.path):
            target = sqlite3.connect(partial)
            try:
                self.connection().backup(target)
            finally:
                target.close()
        partial.replace(path)

    def take_over(self, other: Database) -> None:
        """Hold what another file holds, in one transaction: whoever reads sees the old or the new."""
        with translated(self.path):
            other.connection().backup(self.connection())

    def wipe(self) -> None:
        """Leave nothing of deleted rows in the index of terms, which else drops it by and by, nor in the log.

        While another reads, the log stays until it is done.
        """
        with self.transaction() as connection:
            connection.execute("INSERT INTO terms (terms) VALUES ('optimize')")
        with translated(self.path), self._patience(_WIPE_MS):
            self.connection().execute("PRAGMA wal_checkpoint (TRUNCATE)")

    @contextmanager
    def not_overwriting(self) -> Iterator[None]:
        """Delete rows without writing over what they held, which takes room in the log."""
        self.connection().execute("PRAGMA secure_delete = OFF")
        try:
            yield
        finally:
            self.connection().execute("PRAGMA secure_delete = ON")

    @contextmanager
    def _patience(self, milliseconds: int) -> Iterator[None]:
        """Wait only so long for others."""
        self.connection().execute(f"PRAGMA busy_timeout = {milliseconds}")
        try:
            yield
        finally:
            self.connection().execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")

    def rebuild_terms(self) -> None:
        """Build the lexical index again from the passages."""
        with self.transaction() as connection:
            connection.execute("INSERT INTO terms (terms) VALUES ('rebuild')")

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        with translated(self.path):
            return self.connection().execute(query, values).fetchall()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, each with its cure."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        said = str(error)
        if "locked" in said or "busy" in said:
            raise LibraryLocked(f"The library {str(path)!r} is being written by another process. Try again.") from error
        if "full" in said:
            raise disk_full(path) from error
        if "closed" in said:
            raise LibraryError(f"The library {str(path)!r} was closed. Open it again to use it.") from error
        if "disk I/O" in said:
            raise LibraryError(
                f"The disk of {str(path)!r} could not be read or written ({said}). Nothing of the library was changed: "
                "see that the disk is there and sound, and try again."
            ) from error
        if "readonly" in said or "unable to open" in said:
            raise LibraryError(
                f"The library {str(path)!r} cannot be written. Check the rights of its folder."
            ) from error
        raise LibraryDamaged(
            f"The library file {str(path)!r} is damaged ({said}). It was left as it is. "
            "Move it away and add the documents again."
        ) from error
