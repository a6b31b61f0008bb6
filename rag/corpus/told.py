"""Tell what is wrong with a library's file. what sqlite3 raises -> our errors, each with its cure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import LibraryDamaged, LibraryError, LibraryLocked, disk_full, has_room

_ROOM_BYTES = 100_000
"""What SQLite may lay beside a file even to read it."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, each with its cure."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        said = "a text is none" if str(error).startswith("Could not decode") else str(error)
        if "locked" in said or "busy" in said:
            raise LibraryLocked(f"The library {str(path)!r} is being written by another process. Try again.") from error
        if "full" in said or ("disk I/O" in said and not has_room(path.parent, _ROOM_BYTES)):
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
        raise damaged(path, said) from error


def damaged(path: Path, why: str) -> LibraryDamaged:
    """Return the error for a library's file that was read, and left as it is."""
    return LibraryDamaged(
        f"The library file {str(path)!r} is damaged ({why}). It was left as it is. "
        "Move it away and add the documents again."
    )
