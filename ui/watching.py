"""Keep a page's library in step with the folders it follows, as they change. Shelf -> syncs in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from rag.errors import FootnoteError, LibraryLocked
from rag.library import Library
from rag.records import Progress
from rag.telling import note, noted_steps, told_steps
from rag.watch import changes
from ui.adding import Shelf

_LOOK_SECONDS = 0.2
_WAIT_SECONDS = 1.0
_MOST_REST_SECONDS = 60.0
"""After a sync no other begins for as long as it took, but no longer: what changes all the time costs half a core."""


@contextmanager
def watching(shelf: Shelf) -> Iterator[None]:
    """Sync now and after every change in the followed folders, while the block runs.

    Page and terminal tell of it; where the system lets no folder be watched, the terminal says so. After a sync that
    was stopped none begins by itself.
    """
    stop = threading.Event()
    threading.Thread(target=_watch, args=(shelf, stop), daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _watch(shelf: Shelf, stop: threading.Event) -> None:
    library = shelf.library
    first, later = partial(noted_steps, library), partial(_patient, library, stop)
    try:
        for nth, _ in enumerate(changes(library.sources, stop=stop)):
            if not shelf.state.stopped:
                shelf.sync(later if nth else first)
            while shelf.state.running and not stop.wait(_LOOK_SECONDS):
                pass
            if nth and stop.wait(min(shelf.state.seconds, _MOST_REST_SECONDS)):
                return
    except FootnoteError as error:
        note(str(error))
        if not shelf.state.nth:
            shelf.sync(first)


def _patient(library: Library, stop: threading.Event) -> Iterator[Progress]:
    """Yield the steps of a sync, as soon as no other process writes."""
    while not stop.is_set():
        try:
            yield from told_steps(library, quiet=True)
            return
        except LibraryLocked:
            stop.wait(_WAIT_SECONDS)
