"""Find what a library's file holds of documents, to see afterwards that it is gone. doc_ids -> Traces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rag.corpus.database import Database

_WORD = re.compile(r"\w+")
_N_WORDS = 8
"""So many words of a passage are looked for; the longest, which stand in few others."""
_BATCH = 500


class Trace(NamedTuple):
    """A passage as the index of terms knows it: its number there, and what finds it."""

    passage_id: str
    rowid: int
    match: str


class Traces(NamedTuple):
    """What there was of some documents: their ids and those of what is attached to them, and their passages."""

    doc_ids: tuple[str, ...]
    passages: tuple[Trace, ...]


def traces_of(database: Database, doc_ids: Sequence[str]) -> Traces:
    """Return what there is now of documents and of what is attached to them."""
    inner = _found(database, "SELECT doc_id FROM documents WHERE parent IN ({})", doc_ids)
    every = (*doc_ids, *(doc_id for (doc_id,) in inner))
    query = "SELECT passage_id, rowid, head || ' ' || headings || ' ' || body FROM passages WHERE doc_id IN ({})"
    return Traces(every, tuple(Trace(i, rowid, _match(words)) for i, rowid, words in _found(database, query, every)))


def text_left(database: Database, traces: Traces) -> bool:
    """Say whether a row of the documents, of their passages or of where they came from is still there."""
    tables = ("documents", "passages", "origins")
    return any(
        any(_found(database, f"SELECT 1 FROM {table} WHERE doc_id IN ({{}})", traces.doc_ids)) for table in tables
    )


def words_left(database: Database, traces: Traces) -> bool:
    """Say whether the index of terms still finds a passage by its words. Ask before other passages are kept."""
    query = "SELECT 1 FROM terms WHERE terms MATCH ? AND rowid = ?"
    numbers = [trace.rowid for trace in traces.passages]
    return any(_found(database, "SELECT 1 FROM terms_docsize WHERE id IN ({})", numbers)) or any(
        database.rows(query, (trace.match, trace.rowid)) for trace in traces.passages if trace.match
    )


def _match(text: str) -> str:
    """Return the longest words of a text as a query that any of them answers; "" when it has none."""
    words = sorted(set(_WORD.findall(text.replace("_", " "))), key=lambda word: (-len(word), word))
    return " OR ".join(f'"{word}"' for word in words[:_N_WORDS])


def _found(database: Database, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query whose {} are the values, as many at a time as it may have."""
    for at in range(0, len(values), _BATCH):
        some = values[at : at + _BATCH]
        yield from database.rows(query.format(",".join("?" * len(some))), some)
