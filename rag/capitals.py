"""Write what was typed in a hurry with the capitals of the documents. question, texts -> question."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.words import content_words

_HURRIED = re.compile(r".(?:[^A-Z]|\bI\b)*", re.DOTALL)
"""What holds no capital but its first letter, which many devices write by themselves, and "I"."""
_LEAST_SHOUTED = 3
"""Words in nothing but capitals that are no name: "NATO" may be one, "NATO HQ" too."""
_WORD = re.compile(r"\w+(?:[.&-]\w+)*")
_BEGINS = frozenset('.!?"“”‘|#*-–\n')
"""What stands before a word that has a capital because something begins with it."""


def with_capitals(question: str, texts: Iterable[str]) -> str:
    """Return a question that was written without capitals with those that texts give its words; any other as it is.

    So is one that was written in nothing but capitals. A name is a word that the texts write with a capital within a
    sentence, and nowhere without one. Names of columns are none.
    """
    if question.isupper() and len(question.split()) >= _LEAST_SHOUTED:
        question = question.lower()
    if not _HURRIED.fullmatch(question.strip()):
        return question
    forms = _forms(set(content_words(question)), texts)
    return _WORD.sub(lambda found: forms.get(found[0].lower(), found[0]), question)


def _forms(wanted: set[str], texts: Iterable[str]) -> dict[str, str]:
    """Return the words that texts never write in small letters, as they first do within a sentence."""
    small: set[str] = set()
    forms: dict[str, str] = {}
    for text in texts:
        for found in _WORD.finditer(text):
            form, word = found[0], found[0].lower()
            if word in wanted:
                if form == word:
                    small.add(word)
                elif not _begins(text, found.start()) and text[found.end() : found.end() + 1] != ":":
                    forms.setdefault(word, form)
    return {word: form for word, form in forms.items() if word not in small}


def _begins(text: str, at: int) -> bool:
    """Return whether something begins at a place of a text: a sentence, a line, a quotation."""
    before = text[max(0, at - 8) : at].rstrip(" \t")
    return not before or before[-1] in _BEGINS
