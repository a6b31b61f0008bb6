"""Read passages and vectors from the library's file, and the ledger of what the dense index must still take."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from rag.corpus.database import Database
from rag.corpus.seals import what_is_broken
from rag.corpus.told import damaged, translated
from rag.protocols import Vectors, VectorTable
from rag.records import Passage, Place, Span

_COLUMNS = """
    p.passage_id, p.doc_id, d.path, d.title, p.headings, p.body, p.start, p."end", p.sentences, p.places,
    coalesce(o.origin, ''), d.date
    FROM passages p JOIN documents d INDEXED BY documents_shown USING (doc_id) LEFT JOIN origins o USING (doc_id)
"""
_BATCH = 500
FEW = 10_000
"""So many passages are searched by comparing all their vectors: 15 MB, read in 0.1 s."""


class PassageTable:
    """The passages that are searched, and those whose vectors the dense index has not taken or dropped yet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = database.rows
        self._seen: set[tuple[str, str]] = set()
        self._few: tuple[object, VectorTable] | None = None

    def get(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """Return the passages of these ids that there are."""
        found: dict[str, Passage] = {}
        for at in range(0, len(passage_ids), _BATCH):
            ids = passage_ids[at : at + _BATCH]
            marks = ",".join("?" * len(ids))
            for row in self._rows(f"SELECT {_COLUMNS} WHERE p.passage_id IN ({marks})", tuple(ids)):
                found[row[0]] = _passage(row)
        return found

    def see_whole(self, doc_ids: Iterable[str]) -> None:
        """See that documents are as they were sealed, each once. Raises `LibraryDamaged`."""
        ids = sorted(set(doc_ids))
        for at in range(0, len(ids), _BATCH):
            some = ids[at : at + _BATCH]
            query = f"SELECT doc_id, digest FROM seals WHERE doc_id IN ({','.join('?' * len(some))})"
            for doc_id, digest in set(self._rows(query, some)) - self._seen:
                with translated(self._database.path):
                    wrong = what_is_broken(self._database.connection(), doc_id, digest)
                if wrong:
                    raise damaged(self._database.path, wrong)
                self._seen.add((doc_id, digest))

    def of_document(self, doc_id: str, k: int = -1) -> tuple[Passage, ...]:
        """Return a document's passages in reading order, or the first `k` of them."""
        rows = self._rows(f"SELECT {_COLUMNS} WHERE p.doc_id = ? ORDER BY p.start LIMIT ?", (doc_id, k))
        return tuple(_passage(row) for row in rows)

    def foremost(self, k: int) -> list[str]:
        """Return the ids of `k` documents: those called README, then the newest, undated ones last, else by path."""
        order = "replace(path, '\\', '/') LIKE '%/readme%' DESC, date DESC, path"
        rows = self._rows(f"SELECT doc_id FROM documents ORDER BY {order} LIMIT ?", (k,))
        return [doc_id for (doc_id,) in rows]

    def count(self) -> int:
        """Return how many passages are searched."""
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def spread(self, n: int) -> list[str]:
        """Return the ids of up to `n` passages from all over the library."""
        last = int(self._rows("SELECT coalesce(max(rowid), 0) FROM passages")[0][0])
        query = "SELECT passage_id FROM passages WHERE rowid >= ? ORDER BY rowid LIMIT 1"
        found = [self._rows(query, (last * at // n + 1,)) for at in range(n)]
        return list(dict.fromkeys(rows[0][0] for rows in found if rows))

    def vectors(self, passage_ids: Iterable[str]) -> Iterator[tuple[str, str, Vectors]]:
        """Yield (passage_id, doc_id, vector `(d,)` float32) for those of the ids that there are."""
        for passage_id in passage_ids:
            for doc_id, blob in self._rows("SELECT doc_id, vector FROM passages WHERE passage_id = ?", (passage_id,)):
                yield passage_id, doc_id, np.frombuffer(blob, np.float16).astype(np.float32)

    def few_vectors(self) -> VectorTable | None:
        """Return the vectors of all passages, read once until the library changes; None where they are many."""
        query = """
            SELECT count(*), max(rowid), (SELECT value FROM facts WHERE name = 'generation'),
                (SELECT value FROM facts WHERE name = 'replaced')
            FROM (SELECT rowid FROM passages INDEXED BY passages_by_document LIMIT ?)
        """
        count, *state = self._rows(query, (FEW + 1,))[0]
        if count > FEW:
            self._few = None
            return None
        known = self._few
        if known is None or known[0] != (count, *state):
            rows = self._rows("SELECT passage_id, doc_id, vector FROM passages ORDER BY passage_id")
            vectors = np.frombuffer(b"".join(row[2] for row in rows), np.float16).astype(np.float32)
            table = VectorTable(
                [row[0] for row in rows], [row[1] for row in rows], vectors.reshape(len(rows), -1 if rows else 0)
            )
            self._few = known = ((count, *state), table)
        return known[1]

    def pending(self) -> tuple[list[str], list[str]]:
        """Return the ids that the dense index must still take, and those it must still drop."""
        rows = self._rows("SELECT passage_id, gone FROM dense_pending ORDER BY passage_id")
        return [i for i, gone in rows if not gone], [i for i, gone in rows if gone]

    def settle(self, passage_ids: Sequence[str]) -> None:
        """Note that the dense index has taken or dropped these."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM dense_pending WHERE passage_id = ?", [(i,) for i in passage_ids])

    def mark_all_pending(self) -> None:
        """Have the dense index take every passage again."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM dense_pending")
            connection.execute("INSERT INTO dense_pending SELECT passage_id, 0 FROM passages")


def _passage(row: tuple[Any, ...]) -> Passage:
    passage_id, doc_id, path, title, headings, body, start, end, sentences, places, *told = row
    spans = tuple(Span(*span) for span in json.loads(sentences))
    known = tuple(Place(*place) for place in json.loads(places))
    above = tuple(json.loads(headings))
    return Passage(passage_id, doc_id, path, title, above, body, start, end, spans, known, *told)
