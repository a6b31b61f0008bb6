"""Search by words, BM25 in SQLite FTS5. query -> (passage_id, score); passages -> shares of the best score possible."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rag.records import Passage, Query
from rag.words import content_words, stemmer, without_accents

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
"""Runs a query on the library's file."""

_K1, _B = 1.2, 0.75
_HEAD_WEIGHT = 2.0
"""A word of the title counts as two; k1, b and this are what FTS5 is asked for, and other values were no better."""

_LATER_RULES = re.compile(r"([aeiouy][^aeiouy].*?)(log|bl)i$")
"""Two endings that FTS5 takes off and Porter's paper did not: psychology, forcibly."""
_PAIR_WEIGHT = 0.3
_TELLING = 0.35
"""From what share of the best score possible on the words of a query tell where it is answered."""
_TERM = re.compile(r"[^\W_]+")
_MOST_ROWS = 5_000
"""Passages that a search may have to look at; the commonest words of a query are left out beyond that."""

_TOTALS, _SEGMENTS = 1, 10
"""Records of FTS5: how many rows and words there are, which an edit may leave as it was; of what its index is made,
with a count of all that was ever written to it, which no edit leaves as it was."""

_FOUND = f"SELECT rowid, -bm25(terms, {_HEAD_WEIGHT}, 1.0, 1.0) AS score FROM terms WHERE terms MATCH ?"
_EVERYWHERE = f"""
    SELECT p.passage_id, score FROM ({_FOUND} ORDER BY score DESC, rowid LIMIT ?) AS found
    JOIN passages p ON p.rowid = found.rowid ORDER BY score DESC, p.passage_id
"""
_WITHIN = f"""
    SELECT p.passage_id, score FROM ({_FOUND}) AS found JOIN passages p ON p.rowid = found.rowid
    WHERE p.doc_id IN (SELECT value FROM json_each(?)) ORDER BY score DESC, p.passage_id LIMIT ?
"""


class LexicalIndex:
    """Okapi BM25 (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75 as FTS5 has it) over title, headings and text."""

    name = "lexical"

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._frequency = lru_cache(maxsize=10_000)(self._count)

    def search(self, query: Query, k: int) -> list[tuple[str, float]]:
        """Return up to `k` pairs (passage_id, BM25 score above 0), best first, ties by passage_id.

        Where the words stand in more than 5,000 passages, the commonest are passed over: `score` counts them again.
        """
        expression = match_expression(self._rarest(searched_words(query.text)))
        if not expression:
            return []
        if query.only:
            return [(i, score) for i, score in self._rows(_WITHIN, (expression, json.dumps(query.only), k))]
        return [(i, score) for i, score in self._rows(_EVERYWHERE, (expression, k))]

    def score(self, query: Query, passages: Sequence[Passage]) -> list[float]:
        """Return for each passage, in [0, 1), its BM25 score over the highest that a passage could have.

        Words that stand nowhere in the library count as what the passage lacks. To this is added, at three tenths of
        its weight, which of the query's neighbouring words are neighbours in the passage too (Metzler & Croft 2005).
        Where even the best of the passages holds little of the query, which asks in other words then, all count less.
        """
        line = terms_of(query.text)
        count, mean_length = self._size()
        asked = {term for word in searched_words(query.text) for term in terms_of(word)}
        frequency = self._counter()
        weight = {term: _inverse_frequency(count, frequency(term)) for term in sorted(asked)}
        pairs = {pair: sum(weight.get(term, 0.0) for term in pair) for pair in pairwise(line)}
        most, most_pairs = sum(weight.values()) * (_K1 + 1), sum(pairs.values())
        wanted, scores = {*line, *asked}, []
        for passage in passages:
            fields = [_asked_terms(text, wanted) for text in _fields(passage)]
            held = {pair for field in fields for pair in pairwise(field)}
            beside = sum(own for pair, own in pairs.items() if pair in held)
            words = _bm25(fields, weight, mean_length) / most if most else 0.0
            near = beside / most_pairs if most_pairs else 0.0
            scores.append((words + _PAIR_WEIGHT * near) / (1 + _PAIR_WEIGHT) if most_pairs else words)
        trust = min(1.0, max(scores, default=0.0) / _TELLING)
        return [score * trust for score in scores]

    def _rarest(self, words: Sequence[str]) -> list[str]:
        """Return the words, rarest first, that stand in at most `_MOST_ROWS` passages together (or just the first)."""
        count = self._counter()
        counted = sorted((min(map(count, terms_of(word)), default=0), word) for word in words)
        kept: list[str] = []
        rows = 0
        for frequency, word in counted:
            rows += frequency
            if kept and rows > _MOST_ROWS:
                break
            if frequency:
                kept.append(word)
        return kept

    def _counter(self) -> Callable[[str], int]:
        """Return what says how many passages hold a term; it counts each once while the index stays as it is."""
        standing = self._records(_TOTALS, _SEGMENTS)
        return lambda term: self._frequency(term, standing)

    def _count(self, term: str, standing: bytes) -> int:  # noqa: ARG002  # `standing` is part of what the cache goes by
        found = self._rows("SELECT doc FROM terms_count WHERE term = ?", (term,))
        return int(found[0][0]) if found else 0

    def _records(self, *ids: int) -> bytes:
        """Return records that FTS5 keeps of its index, one after another."""
        marks = ",".join("?" * len(ids))
        found = self._rows(f"SELECT block FROM terms_data WHERE id IN ({marks}) ORDER BY id", ids)
        return b"".join(block for (block,) in found)

    def _size(self) -> tuple[int, float]:
        """Return the number of passages and their mean length in words: the record's variable-length integers."""
        numbers, value = [], 0
        for byte in self._records(_TOTALS):
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
    held = set(terms_of(passage.titled_text))
    return [word for word in searched_words(query.text) if held.issuperset(terms_of(word))]


def terms_of(text: str) -> list[str]:
    """Return the terms of a text as FTS5's `porter unicode61 remove_diacritics 2` makes them, in order."""
    return [_porter(word) for word in _words_of(text)]


def _words_of(text: str) -> list[str]:
    return _TERM.findall(without_accents(text).lower())


def _fields(passage: Passage) -> tuple[str, str, str]:
    return passage.title, " ".join(passage.headings), passage.text


def _asked_terms(text: str, asked: set[str]) -> list[str]:
    """Return the terms of a text in order, "" for each that is not asked for.

    Stemming costs most of the time and leaves a word's first two letters alone, so only likely words are stemmed.
    """
    starts = {term[:2] for term in asked}
    found = [_porter(word) if word[:2] in starts else "" for word in _words_of(text)]
    return [term if term in asked else "" for term in found]


def _bm25(fields: Sequence[Sequence[str]], weight: Mapping[str, float], mean_length: float) -> float:
    counts = dict.fromkeys(weight, 0.0)
    for field, times in zip(fields, (_HEAD_WEIGHT, 1.0, 1.0), strict=True):
        for term in field:
            if term in counts:
                counts[term] += times
    norm = _K1 * (1 - _B + _B * sum(map(len, fields)) / mean_length)
    return sum(weight[term] * held * (_K1 + 1) / (held + norm) for term, held in counts.items())


def _inverse_frequency(count: int, frequency: int) -> float:
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))


@lru_cache(maxsize=200_000)
def _porter(word: str) -> str:
    if not 3 <= len(word) <= 64:
        return word
    return _LATER_RULES.sub(r"\1\2", str(stemmer("porter").stemWord(word)))
