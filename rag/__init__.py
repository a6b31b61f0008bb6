"""Footnote: ask a folder of documents; every sentence of the answer stands on an exact place in one of them.

    from rag import ask, open_library
    answer = ask("Which envoy was sent to calm the border with Lebanon?")

Loads nothing heavy: models and libraries come in at the first question.
"""

from rag.assemble import ask, open_library
from rag.errors import FootnoteError
from rag.library import Library
from rag.records import Answer, Citation, Turn
from rag.settings import Settings
from rag.together import Together, together

__all__ = [
    "Answer", "Citation", "FootnoteError", "Library", "Settings", "Together", "Turn", "ask", "open_library", "together",
]  # fmt: skip
