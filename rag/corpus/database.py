"""Open a library's SQLite file, the door to sqlite3. path -> transactions and rows, foreign errors translated."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rag.corpus.lock import write_lock
from rag.corpus.migrate import bring_up_to_date
from rag.corpus.told import translated
from rag.corpus.whole import check_whole, is_as_left, mark_left, terms_error
from rag.errors import LibraryDamaged, LibraryError, LibraryLocked

DAMAGED = "library.damaged.sqlite"
_PATIENCE_MS = 30_000
_LOG_MS = 500
_SETTINGS = "journal_mode=WAL synchronous=NORMAL foreign_keys=1 recursive_triggers=1 secure_delete=1 cache_size=-16000"
"""16 MB a thread hold the lengths of a million passages (13 MB), of which BM25 reads thousands for a question."""


class Database:
    """One SQLite file in WAL mode; a connection for each thread, so that questions are answered during a sync."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._opening = threading.Lock()
        self._is_closed = False
        self._wrote = False
        has_terms = self._see_whole_first()
        with translated(path):
            bring_up_to_date(self.connection(), path)
            self.connection().executescript(Path(__file__).with_name("schema.sql").read_text("utf-8"))
        if not has_terms:
            self._mend_terms()
        self.leave()

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
        for setting in _SETTINGS.split():
            found.execute(f"PRAGMA {setting}")
        return found

    def close(self) -> None:
        """Close every thread's connection; the store cannot be used afterwards."""
        with self._opening:
            self._is_closed = True
            for _, connection in self._opened:
                connection.close()
            self._opened.clear()
        if self._wrote:
            mark_left(self.path)

    def _see_whole_first(self) -> bool:
        """Do what `see_whole` says, unless another process is writing: that one has done so, and is changing it."""
        if is_as_left(self.path):
            return True
        try:
            with write_lock(self.path.parent):
                return self.see_whole()
        except LibraryLocked:
            return True

    def see_whole(self) -> bool:
        """See that the file is sound if it is not as it was left; return whether its index of terms is sound too.

        Nothing is written. Raises `LibraryDamaged` for a file that is not sound.
        """
        if is_as_left(self.path):
            return True
        with translated(self.path):
            has_terms = check_whole(self.path)
        self._wrote = True
        return has_terms

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the library's write lock, over a file that is sound; afterwards remember how it was left.

        Raises `LibraryLocked` when another process is writing, `LibraryDamaged`.
        """
        with write_lock(self.path.parent):
            if not self.see_whole():
                raise LibraryDamaged(
                    f"The index of words in {str(self.path)!r} is damaged. Nothing is lost: close what has the library "
                    "open, and it is made again when it is opened."
                )
            try:
                yield
            except LibraryDamaged:
                raise
            except BaseException:
                self.leave()
                raise
            self.leave()

    def leave(self) -> None:
        """Remember the file as it is now, with all that was written in it; call it whenever writing has ended."""
        if not self._wrote:
            return
        with suppress(LibraryError), translated(self.path):  # over a full disk it is looked through the next time
            self.connection().execute("PRAGMA wal_checkpoint (PASSIVE)")
            mark_left(self.path)
            self._wrote = False

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction: all of it is kept, or none."""
        with translated(self.path):
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            self._wrote = True
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
            verdict = str(self.connection().execute("PRAGMA integrity_check").fetchone()[0])
            return terms_error(self.connection()) if verdict == "ok" else verdict

    def set_aside(self) -> None:
        """Keep the file as it is beside itself, before it is mended."""
        self.copy_to(self.path.with_name(DAMAGED))

    def _mend_terms(self) -> None:
        with write_lock(self.path.parent):
            self.set_aside()
            self.rebuild_terms()
        logging.getLogger("footnote").warning(
            "The index of words of %s was damaged and is made again. The file as it was is kept in %s; delete it with: "
            "footnote drop-old", self.path, DAMAGED,
        )  # fmt: skip

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
            self._wrote = True
            other.connection().backup(self.connection())

    def empty_log(self) -> None:
        """Leave nothing in the log of what was written; while another reads, it stays until that one is done."""
        with translated(self.path):
            self.connection().execute(f"PRAGMA busy_timeout = {_LOG_MS}")
            self.connection().execute("PRAGMA wal_checkpoint (TRUNCATE)")
            self.connection().execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")

    def rebuild_terms(self) -> None:
        """Build the lexical index again from the passages, as one of which nothing is counted yet."""
        with self.transaction() as connection:
            connection.execute("INSERT INTO terms (terms) VALUES ('rebuild')")
            # FTS5 counts its writes from 0 again, but numbers its settings on: one is set to what it is.
            connection.execute("INSERT INTO terms (terms, rank) VALUES ('automerge', 4)")

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        with translated(self.path):
            return self.connection().execute(query, values).fetchall()
