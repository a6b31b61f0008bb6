"""Leave no word of what was removed in a library's file. Database -> its index of terms merged, its log emptied."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing

from rag.corpus.database import Database
from rag.corpus.told import translated

_STEP_PAGES = 1_000
"""Pages of the index that one step writes, 4 kB each: nobody else can write while it lasts, a tenth of a second."""
_PAUSE_SECONDS = 0.02
_SEGMENTS = 10
"""The record of FTS5 that lists, level by level, the segments of which its index is made."""
_COOKIE_BYTES = 4


def wipe(database: Database) -> None:
    """Leave nothing of deleted rows in the index of terms, which else drops it by and by, nor in the log.

    It goes step by step, so that others can write in between; when it was stopped midway, it must be done again. While
    another reads, the log stays until it is done.
    """
    if database.rows("SELECT 1 FROM passages LIMIT 1"):
        _drop_empty_levels(database)
        _add_segment(database)
        pages = -_STEP_PAGES
        while _merge(database, pages):
            pages = _STEP_PAGES
            time.sleep(_PAUSE_SECONDS)
    else:
        database.rebuild_terms()
    database.empty_log()


def _merge(database: Database, pages: int) -> bool:
    """Merge some more of the index into one segment, or begin to with `-pages`; return False when there is no more."""
    with database.transaction() as connection:
        before = connection.total_changes
        connection.execute("INSERT INTO terms (terms, rank) VALUES ('merge', ?)", (pages,))
        return connection.total_changes - before >= 2


def _add_segment(database: Database) -> None:
    """Write one passage to the index anew: FTS5 leaves a single segment as it is, whatever deleted words it holds."""
    columns = "rowid, head, headings, body"
    one = f"{columns} FROM (SELECT * FROM passages LIMIT 1)"
    with database.transaction() as connection:
        connection.execute(f"INSERT INTO terms (terms, {columns}) SELECT 'delete', {one}")
        connection.execute(f"INSERT INTO terms ({columns}) SELECT {one}")


def _drop_empty_levels(database: Database) -> None:
    """Take the levels without a segment out of FTS5's list.

    Below an empty level it takes no segment for the oldest and keeps the deleted words in it. And before SQLite had a
    limit to them, each merge added two: an index of 2,000 counts as malformed.
    """
    with (
        translated(database.path),
        closing(sqlite3.connect(database.path, timeout=30, isolation_level=None)) as connection,
    ):
        # A connection of its own: FTS5 sees only what another one wrote to its records.
        connection.execute("BEGIN IMMEDIATE")
        (record,) = connection.execute("SELECT block FROM terms_data WHERE id = ?", (_SEGMENTS,)).fetchone()
        connection.execute("UPDATE terms_data SET block = ? WHERE id = ?", (without_empty_levels(record), _SEGMENTS))
        connection.execute("COMMIT")


def without_empty_levels(record: bytes) -> bytes:
    """Return FTS5's list of its segments without the levels that have none; one of another form as it is."""
    n_levels, n_segments, n_written, *rest = _numbers(record[_COOKIE_BYTES:])
    levels, at = [], 0
    for _ in range(n_levels):
        if at + 1 >= len(rest):
            return record
        end = at + 2 + 3 * rest[at + 1]
        if rest[at + 1]:
            levels.append(rest[at:end])
        at = end
    if at != len(rest):
        return record
    kept = [number for level in levels for number in level]
    return record[:_COOKIE_BYTES] + _varints([len(levels), n_segments, n_written, *kept])


def _numbers(block: bytes) -> list[int]:
    """Return the numbers of a record: seven bits a byte, the highest first, the eighth in all bytes but the last."""
    found, number = [], 0
    for byte in block:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(number)
            number = 0
    return found


def _varints(numbers: Sequence[int]) -> bytes:
    written = bytearray()
    for number in numbers:
        septets = [number >> shift & 0x7F for shift in range(0, max(1, number.bit_length()), 7)]
        written += bytes([*(septet | 0x80 for septet in septets[:0:-1]), septets[0]])
    return bytes(written)
