"""Look words up in the library's own vocabulary. word -> is it known; which words is it like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rag.retrieval.edits import edits
from rag.retrieval.lexical import Rows, terms_of
from rag.words import words

_SPARED = 2
"""Letters of a stem that a misspelt word may lack."""
_MOST_STEMS = 40
_PASSAGES_EACH = 6
_ENDING_COST = 0.3
"""What each letter costs that a word has after its stem, in edits."""

_STEMS = "SELECT term, doc FROM terms_count WHERE term >= ? AND term < ?"
_BODIES = "SELECT body FROM passages WHERE rowid IN (SELECT doc FROM terms_place WHERE term = ? LIMIT ?)"


class Vocabulary:
    """The words of all passages, from the lexical index: nothing is kept beside it."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.like = lru_cache(maxsize=1000)(self._like)

    def knows(self, word: str) -> bool:
        """Return whether a word stands in the library, in this or another form of the same stem."""
        return all(self._rows("SELECT doc FROM terms_count WHERE term = ?", (term,)) for term in terms_of(word))

    def texts_with(self, asked: Iterable[str]) -> Iterator[str]:
        """Yield some passages' texts for each of some words, in which it stands in one form or another."""
        for term in {term for word in asked for term in terms_of(word)}:
            for (body,) in self._rows(_BODIES, (term, _PASSAGES_EACH)):
                yield body

    def _like(self, word: str) -> tuple[str, ...]:
        """Return words of the library that begin with the same letter and hold nearly the same ones, commonest first.

        The index holds stems, so the words are those of the passages where a likely stem stands.
        """
        word = word.lower()
        letters = Counter(word)
        stems = [
            (edits(word, term)[1] + _ENDING_COST * max(0, len(word) - len(term)), -frequency, term)
            for term, frequency in self._rows(_STEMS, (word[:1], word[:1] + "\U0010ffff"))
            if 3 <= len(term) <= len(word) + _SPARED and sum((Counter(str(term)) - letters).values()) <= _SPARED
        ]
        found: Counter[str] = Counter()
        for _, frequency, term in sorted(stems)[:_MOST_STEMS]:
            for (body,) in self._rows(_BODIES, (term, _PASSAGES_EACH)):
                held = {w for w in set(words(body)) if w[:1].lower() == word[0] and terms_of(w) == [term]}
                found.update(dict.fromkeys(held, -frequency))
        return tuple(w for w, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
