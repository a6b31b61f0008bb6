"""Tell which names of a question a document is called by. question, Passage -> the document's title or file name."""

from __future__ import annotations

import re
from pathlib import PurePath

from rag.records import Passage
from rag.words import asked_names, numbers, words

_BETWEEN_WORDS = re.compile(r"[-_]+")
_NUMBERED = re.compile(r"\b([^\W\d_]+) (\d+)\b")


class AskedNames:
    """The names and numbers of a question, and its numbered things ("unit 7").

    A document called after another of a kind ("Unit 3 lease") is not called by any of them.
    """

    def __init__(self, question: str) -> None:
        self._names = asked_names(question) | numbers(question)
        self._numbered = [(word.lower(), number) for word, number in _NUMBERED.findall(question)]

    def calling(self, passage: Passage, said: str) -> str:
        """Return the document's title, else its file's name, that holds a name which `said` lacks; else ""."""
        if not self._names:
            return ""
        for title in (passage.title, _BETWEEN_WORDS.sub(" ", PurePath(passage.path).stem)):
            held = _held(title)
            other = any(word in held and number not in held for word, number in self._numbered)
            if not other and (self._names & held) - _held(said):
                return title
        return ""


def _held(text: str) -> set[str]:
    return {word.lower() for word in words(text)} | numbers(text)
