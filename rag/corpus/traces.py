"""Find what a library's file holds of documents, to see afterwards that it is gone. doc_ids -> Traces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rag.corpus.database import Database

_WORD = re.compile(r"\w+")
_N_WORDS = 8
"""So many words of a passage are looked for; the longest, which stand in few others."""
_WORDS_AT_A_TIME = 64
_BATCH = 500


class Trace(NamedTuple):
    """A passage as the index of terms knows it: its number there, and words that find it."""

    passage_id: str
    rowid: int
    words: tuple[str, ...]


class Traces(NamedTuple):
    """What there was of some documents: their ids and those of what is attached to them, and their passages."""

    doc_ids: tuple[str, ...]
    passages: tuple[Trace, ...]


def traces_of(database: Database, doc_ids: Sequence[str]) -> Traces:
    """Return what there is now of documents and of what is attached to them."""
    inner = _found(database, "SELECT doc_id FROM documents WHERE parent IN ({})", doc_ids)
    every = (*doc_ids, *(doc_id for (doc_id,) in inner))
    query = "SELECT passage_id, rowid, head || ' ' || headings || ' ' || body FROM passages WHERE doc_id IN ({})"
    return Traces(every, tuple(Trace(i, rowid, _longest(words)) for i, rowid, words in _found(database, query, every)))


def text_left(database: Database, traces: Traces) -> bool:
    """Say whether a row of the documents, of their passages or of where they came from is still there."""
    tables = ("documents", "passages", "origins")
    return any(
        any(_found(database, f"SELECT 1 FROM {table} WHERE doc_id IN ({{}})", traces.doc_ids)) for table in tables
    )


def words_left(database: Database, traces: Traces) -> bool:
    """Say whether the index of terms still finds a passage by its words. Ask before other passages are kept.

    Each word is looked for once, whoever held it: a common one has a long way to go.
    """
    numbers = {trace.rowid for trace in traces.passages}
    if not numbers:
        return False
    if any(_found(database, "SELECT 1 FROM terms_docsize WHERE id IN ({})", list(numbers))):
        return True
    words = sorted({word for trace in traces.passages for word in trace.words})
    query = "SELECT rowid FROM terms WHERE terms MATCH ? AND rowid BETWEEN ? AND ?"
    for at in range(0, len(words), _WORDS_AT_A_TIME):
        match = " OR ".join(f'"{word}"' for word in words[at : at + _WORDS_AT_A_TIME])
        found = database.rows(query, (match, min(numbers), max(numbers)))
        if any(rowid in numbers for (rowid,) in found):
            return True
    return False


def _longest(text: str) -> tuple[str, ...]:
    words = sorted(set(_WORD.findall(text.replace("_", " "))), key=lambda word: (-len(word), word))
    return tuple(words[:_N_WORDS])


def _found(database: Database, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query whose {} are the values, as many at a time as it may have."""
    for at in range(0, len(values), _BATCH):
        some = values[at : at + _BATCH]
        yield from database.rows(query.format(",".join("?" * len(some))), some)
