"""Find how documents begin, for who asks what they are about. PassageTable, doc_ids -> Hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.corpus.passages import PassageTable
from rag.records import Hit, Passage

_EACH = 2
"""Passages of a document in which its first whole sentence is looked for, where there are several documents."""


def beginnings(table: PassageTable, only: Sequence[str], k: int) -> tuple[Hit, ...]:
    """Return up to `k` hits: the first passages of the foremost documents, or of those in `only`.

    Of a single document the first passage under each of its headings.
    """
    doc_ids = only or table.foremost(k // _EACH)
    found = _sections(table, doc_ids[0]) if len(doc_ids) == 1 else _first_of_each(table, doc_ids)
    return tuple(Hit(passage, 1.0, rank) for rank, passage in zip(range(1, k + 1), found, strict=False))


def _first_of_each(table: PassageTable, doc_ids: Sequence[str]) -> Iterator[Passage]:
    for doc_id in doc_ids:
        yield from table.of_document(doc_id, _EACH)


def _sections(table: PassageTable, doc_id: str) -> Iterator[Passage]:
    seen = set()
    for passage in table.of_document(doc_id):
        if passage.headings not in seen:
            seen.add(passage.headings)
            yield passage
