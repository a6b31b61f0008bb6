"""Open the library as strict and as brief as a person chose; the models are shared. choice -> Library."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Literal

from rag.assemble import open_library
from rag.library import Library

Strictness = Literal["usual", "open", "strict"]
Length = Literal["written", "quotes"]


class Engines:
    """One library, opened once more for each other choice of strictness and length that is asked for."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._opened: dict[tuple[Strictness, Length], Library] = {}
        self._lock = threading.Lock()

    def of(self, strictness: Strictness = "usual", length: Length = "written") -> Library:
        """Return the library that answers so. "open" and "strict" lie half-way from the usual confidence to 0 and 1."""
        if strictness == "usual" and length == "written":
            return self.library
        with self._lock:
            if (strictness, length) not in self._opened:
                usual = self.library.threshold
                least = {"usual": usual, "open": usual / 2, "strict": (1 + usual) / 2}[strictness]
                usual_settings, written = self.library.settings, length == "written"
                settings = replace(
                    usual_settings, min_confidence=least, compose=usual_settings.compose and written,
                    use_second=usual_settings.use_second and written,
                )  # fmt: skip
                self._opened[(strictness, length)] = open_library(at=self.library.path, settings=settings)
            return self._opened[(strictness, length)]
