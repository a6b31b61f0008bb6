"""Search by words, BM25 in SQLite FTS5. query -> (passage_id, score); passages -> shares of the best score possible."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

from rag.records import Passage, Query
from rag.words import content_words, without_accents

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
"""Runs a query on the library's file."""

_K1, _B = 1.2, 0.75
_HEAD_WEIGHT = 2.0
"""A word of the title counts as two; k1, b and this are what FTS5 is asked for, and other values were no better."""

_TERM = re.compile(r"[^\W_]+")
_MOST_ROWS = 5_000
"""Passages that a search may have to look at; the commonest words of a query are left out beyond that."""

_FOUND = f"SELECT rowid, -bm25(terms, {_HEAD_WEIGHT}, 1.0, 1.0) AS score FROM terms WHERE terms MATCH ?"
_EVERYWHERE = f"""
    SELECT p.passage_id, score FROM ({_FOUND} ORDER BY score DESC, rowid LIMIT ?) AS found
    JOIN passages p ON p.rowid = found.rowid ORDER BY score DESC, p.passage_id
"""
_WITHIN = f"""
    SELECT p.passage_id, score FROM ({_FOUND}) AS found JOIN passages p ON p.rowid = found.rowid
    WHERE p.doc_id IN (%s) ORDER BY score DESC, p.passage_id LIMIT ?
"""


class LexicalIndex:
    """Okapi BM25 (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75 as FTS5 has it) over title, headings and text."""

    name = "lexical"

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def search(self, query: Query, k: int) -> list[tuple[str, float]]:
        """Return up to `k` pairs (passage_id, BM25 score above 0), best first, ties by passage_id.

        Where the words stand in more than 5,000 passages, the commonest are passed over: `score` counts them again.
        """
        expression = match_expression(self._rarest(searched_words(query.text)))
        if not expression:
            return []
        statement = _WITHIN % ", ".join("?" * len(query.only)) if query.only else _EVERYWHERE
        return [(i, score) for i, score in self._rows(statement, (expression, *query.only, k))]

    def score(self, query: Query, passages: Sequence[Passage]) -> list[float]:
        """Return for each passage its BM25 score over the highest that a passage could have, in [0, 1).

        Words that stand nowhere in the library count as what the passage lacks.
        """
        asked = {term for word in searched_words(query.text) for term in terms_of(word)}
        count, mean_length = self._size()
        weight = {term: _inverse_frequency(count, self._frequency(term)) for term in asked}
        most = sum(weight.values()) * (_K1 + 1)
        return [_bm25(passage, weight, mean_length) / most if most else 0.0 for passage in passages]

    def _rarest(self, words: Sequence[str]) -> list[str]:
        """Return the words, rarest first, that stand in at most `_MOST_ROWS` passages together (or just the first)."""
        counted = sorted((min(map(self._frequency, terms_of(word)), default=0), word) for word in words)
        kept: list[str] = []
        rows = 0
        for frequency, word in counted:
            rows += frequency
            if kept and rows > _MOST_ROWS:
                break
            if frequency:
                kept.append(word)
        return kept

    def _frequency(self, term: str) -> int:
        """Return how many passages hold a term."""
        found = self._rows("SELECT doc FROM terms_count WHERE term = ?", (term,))
        return int(found[0][0]) if found else 0

    def _size(self) -> tuple[int, float]:
        """Return the number of passages and their mean length in words, from the record that FTS5 keeps of both.

        Row 1 of an FTS5 index's data holds them as variable-length integers: rows, then words for each column.
        """
        found = self._rows("SELECT block FROM terms_data WHERE id = 1", ())
        numbers, value = [], 0
        for byte in found[0][0] if found else b"":
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                numbers.append(value)
                value = 0
        return (numbers[0], sum(numbers[1:]) / numbers[0]) if numbers and numbers[0] else (0, 1.0)


def searched_words(text: str) -> list[str]:
    """Return the words of a query that are searched, each once: not the common ones, if others are left."""
    return list(dict.fromkeys(content_words(text) or re.findall(r"\w+", text.lower())))


def match_expression(words: Sequence[str]) -> str:
    """Return the FTS5 expression for any of the words; they are quoted, so none is an FTS5 operator."""
    return " OR ".join(f'"{word}"' for word in words)


def shared_words(query: Query, passage: Passage) -> list[str]:
    """Return the words of a query that stand in a passage, its title or its headings, in one form or another."""
    held = set(terms_of(" ".join((passage.title, *passage.headings, passage.text))))
    return [word for word in searched_words(query.text) if held.issuperset(terms_of(word))]


def terms_of(text: str) -> list[str]:
    """Return the terms of a text as FTS5's `porter unicode61 remove_diacritics 2` makes them, in order."""
    return [_porter(word) for word in _TERM.findall(without_accents(text).lower())]


def _bm25(passage: Passage, weight: dict[str, float], mean_length: float) -> float:
    counts = dict.fromkeys(weight, 0.0)
    starts = {term[:2] for term in weight}  # stemming leaves the first two letters alone, and costs most of the time
    length = 0
    for text, times in ((passage.title, _HEAD_WEIGHT), (" ".join(passage.headings), 1.0), (passage.text, 1.0)):
        found = _TERM.findall(without_accents(text).lower())
        length += len(found)
        for word in found:
            if word[:2] in starts and (term := _porter(word)) in counts:
                counts[term] += times
    norm = _K1 * (1 - _B + _B * length / mean_length)
    return sum(weight[term] * held * (_K1 + 1) / (held + norm) for term, held in counts.items())


def _inverse_frequency(count: int, frequency: int) -> float:
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))


@lru_cache(maxsize=200_000)
def _porter(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("porter")
