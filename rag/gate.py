"""Let questions go first. Who asks says so; work that can wait waits here between two pieces of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_SECONDS = 2.0
"""Work that can wait goes on after so long, so that many questions delay it but never stop it."""


class Gate:
    """Counts the questions that are being answered in this process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._asked = 0
        self._changed = threading.Condition()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Hold back what gives way, until the block is left."""
        with self._changed:
            self._asked += 1
        try:
            yield
        finally:
            with self._changed:
                self._asked -= 1
                self._changed.notify_all()

    def give_way(self, most_seconds: float = MOST_SECONDS) -> None:
        """Return when no question is being answered, or after `most_seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: not self._asked, most_seconds)


QUESTIONS = Gate()
"""The gate of this process: its cores are shared by whatever libraries are open."""
