"""Open the library as strict and as brief as a person chose; the models are shared. choice -> Library."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Literal

from rag.assemble import open_library
from rag.errors import SettingsError
from rag.library import Library

Strictness = Literal["usual", "open", "strict"]
Length = Literal["written", "quotes"]


class Engines:
    """One library, opened once more for each other choice of strictness and length that is asked for."""

    def __init__(self, library: Library, *, may_name_models: bool = True) -> None:
        self.library = library
        self._may_name_models = may_name_models
        self._opened: dict[tuple[Strictness, Length, str], Library] = {}
        self._lock = threading.Lock()

    def of(self, strictness: Strictness = "usual", length: Length = "written", model: str = "") -> Library:
        """Return the library that answers so. "open" and "strict" lie half-way from the usual confidence to 0 and 1.

        `model` is the path of a model file; "" is the one that the library was opened with.
        """
        if strictness == "usual" and length == "written" and not model:
            return self.library
        if model and not self._may_name_models:
            raise SettingsError("Models can only be named on the machine that Footnote runs on.")
        with self._lock:
            if (strictness, length, model) not in self._opened:
                usual = self.library.threshold
                least = {"usual": usual, "open": usual / 2, "strict": (1 + usual) / 2}[strictness]
                usual_settings, written = self.library.settings, length == "written"
                settings = replace(
                    usual_settings, min_confidence=least, compose=usual_settings.compose and written,
                    use_second=usual_settings.use_second and written,
                    model_path=Path(model) if model else usual_settings.model_path,
                )  # fmt: skip
                self._opened[(strictness, length, model)] = open_library(at=self.library.path, settings=settings)
            return self._opened[(strictness, length, model)]
