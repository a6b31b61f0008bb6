"""Footnote: ask a folder of documents; every sentence of the answer stands on an exact place in one of them.

    from rag import ask, open_library
    answer = ask("Which envoy was sent to calm the border with Lebanon?")

Loads nothing by itself: each name comes in when it is first used, models and heavy libraries at the first question.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.assemble import ask, open_library
    from rag.errors import FootnoteError
    from rag.library import Library
    from rag.records import Answer, Citation, Turn
    from rag.settings import Settings
    from rag.several import Together, together

__all__ = [
    "Answer", "Citation", "FootnoteError", "Library", "Settings", "Together", "Turn", "ask", "open_library", "together",
]  # fmt: skip

_HOMES = {
    "Answer": "records",
    "Citation": "records",
    "FootnoteError": "errors",
    "Library": "library",
    "Settings": "settings",
    "Together": "several",
    "Turn": "records",
    "ask": "assemble",
    "open_library": "assemble",
    "together": "several",
}
"""The module of the package that each public name comes from."""

if not TYPE_CHECKING:  # whose checkers know the names from above

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module 'rag' has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"rag.{_HOMES[name]}"), name)
        return found


def __dir__() -> list[str]:
    return [*globals(), *__all__]
