"""Tell which names of a question a document is called by. question, Passage -> the document's title or file name."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
        self._by_document: dict[str, list[tuple[str, set[str]]]] = {}

    def calling(self, passage: Passage, said: str) -> str:
        """Return the document's title, else its file's name, that holds a name which `said` lacks; else ""."""
        if passage.doc_id not in self._by_document:
            self._by_document[passage.doc_id] = list(self._of_document(passage)) if self._names else []
        called = self._by_document[passage.doc_id]
        told = _held(said) if called else set()
        return next((title for title, names in called if names - told), "")

    def _of_document(self, passage: Passage) -> Iterator[tuple[str, set[str]]]:
        """Yield a document's title and its file's name as far as they hold names of the question, each with those."""
        for title in (passage.title, _BETWEEN_WORDS.sub(" ", PurePath(passage.path).stem)):
            held = _held(title)
            other = any(word in held and number not in held for word, number in self._numbered)
            if not other and (names := self._names & held):
                yield title, names


def _held(text: str) -> set[str]:
    return {word.lower() for word in words(text)} | numbers(text)
