"""Wait for the first document of a library that is being read. what asks -> its answers, once there is one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

from rag.errors import LibraryEmpty
from ui.adding import Shelf
from ui.words import Say, speaker

T = TypeVar("T")

PATIENT_SECONDS = 20.0
_LOOK_SECONDS = 0.3
"""How long a question waits, and how often it looks."""


def looking(begin: Callable[[], Iterable[T]], shelf: Shelf, stop: threading.Event) -> Generator[T | None, None, None]:
    """Yield what `begin` gives; while no document is read yet but some are being read, None at every look.

    Raises `LibraryEmpty` when there is none in the end, or none after `PATIENT_SECONDS`, or `stop` is set.
    """
    give_up = time.monotonic() + PATIENT_SECONDS
    while True:
        may_come = shelf.state.is_reading and time.monotonic() < give_up
        try:
            yield from begin()
            return
        except LibraryEmpty:
            if not may_come or stop.is_set():
                raise
        yield None
        stop.wait(_LOOK_SECONDS)


def patiently(
    begin: Callable[[], Iterable[T]], shelf: Shelf, stop: threading.Event | None = None
) -> Generator[T, None, None]:
    """Yield what `begin` gives, for who is told nothing meanwhile; the error says so where documents are read still."""
    try:
        for found in looking(begin, shelf, stop or threading.Event()):
            if found is not None:
                yield found
    except LibraryEmpty as error:
        say = speaker("en")
        if yet := still_unread(shelf, say):
            raise LibraryEmpty(f"{yet} {say('ask_later')}") from error
        raise


def still_unread(shelf: Shelf, say: Say) -> str:
    """Return how many of the documents are read while others still are to be; "" when none are."""
    state = shelf.state
    if not state.is_reading:
        return ""
    return say("unread_of", n=state.done, m=state.total) if state.total else say("unread")
