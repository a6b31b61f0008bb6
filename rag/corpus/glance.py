"""Look at a library without opening it. its folder -> how many documents can be asked, and what it follows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from rag.corpus.rows import path_of
from rag.corpus.told import translated


class Glance(NamedTuple):
    """How many documents a library answers from, and the folders and files that it follows, by path."""

    documents: int
    sources: tuple[Path, ...]


def glance(folder: Path) -> Glance:
    """Return what a library's folder holds; nothing in it is changed or brought up to date.

    Documents are counted by their passages, in an index: their own rows hold the texts, and a walk through them takes
    long. Raises `LibraryDamaged` for a file that is no library, `LibraryError` for one that cannot be opened.
    """
    file = (folder / "library.sqlite").resolve()
    with translated(file), closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM (SELECT DISTINCT doc_id FROM passages)").fetchone()
        sources = connection.execute("SELECT path FROM sources ORDER BY path").fetchall()
    return Glance(int(count), tuple(path_of(path) for (path,) in sources))
