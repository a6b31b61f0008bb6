"""Search by words, BM25 in SQLite FTS5. query -> (passage_id, score)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from rag.records import Query
from rag.words import content_words

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
"""Runs a query on the library's file."""

_SEARCH = """
    SELECT p.passage_id, -bm25(terms, 2.0, 1.0, 1.0) AS score
    FROM terms JOIN passages p ON p.rowid = terms.rowid
    WHERE terms MATCH ? {within} ORDER BY score DESC, p.passage_id LIMIT ?
"""


class LexicalIndex:
    """Okapi BM25 (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75 as FTS5 has it) over title, headings and text."""

    name = "lexical"

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def search(self, query: Query, k: int) -> list[tuple[str, float]]:
        """Return up to `k` pairs (passage_id, BM25 score above 0), best first, ties by passage_id."""
        expression = match_expression(query.text)
        if not expression:
            return []
        within = f"AND p.doc_id IN ({', '.join('?' * len(query.only))})" if query.only else ""
        return [(i, score) for i, score in self._rows(_SEARCH.format(within=within), (expression, *query.only, k))]


def match_expression(text: str) -> str:
    """Return the FTS5 expression for any of the text's words; without the common ones if others are left.

    Words are quoted, so nothing in a question is an FTS5 operator.
    """
    words = content_words(text) or re.findall(r"\w+", text.lower())
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
