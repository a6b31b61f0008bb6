"""Let one process write at a time, the door to filelock. folder -> a lock held while writing."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import LibraryError, LibraryLocked


@contextmanager
def write_lock(folder: Path) -> Iterator[None]:
    """Hold the library's write lock. Raises `LibraryLocked`, naming the holder, when another has it."""
    from filelock import FileLock, Timeout

    holder = folder / "writer.pid"
    lock = FileLock(folder / "writer.lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LibraryLocked(
            f"The library {str(folder)!r} is being written by process {_read(holder)}. "
            "Wait until it is done, or stop it; questions can be asked meanwhile."
        ) from error
    except OSError as error:
        raise LibraryError(
            f"The library {str(folder)!r} cannot be written: {error.strerror}. Check its rights and the disk's space."
        ) from error
    try:
        _note_holder(holder)
        yield
    finally:
        lock.release()


@contextmanager
def turn_of(lock: Path, *, patience_seconds: float = 10.0) -> Iterator[None]:
    """Hold a lock that others, threads and processes, hold for moments; wait for it. Raises `OSError`."""
    from filelock import FileLock, Timeout

    held = FileLock(lock, thread_local=False)
    try:
        held.acquire(timeout=patience_seconds)
    except Timeout as error:
        raise OSError(errno.EAGAIN, "another process is writing it", str(lock)) from error
    try:
        yield
    finally:
        held.release()


def _note_holder(path: Path) -> None:
    """Write whose lock it is; a full disk keeps nobody from making room by removing documents."""
    try:
        path.write_text(str(os.getpid()), "utf-8")
    except OSError:
        path.unlink(missing_ok=True)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip() or "unknown"
    except OSError:
        return "unknown"
