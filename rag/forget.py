"""Forget documents, and see that nothing of them is left. doc_ids -> gone from text, words and vectors."""

from __future__ import annotations

from collections.abc import Sequence

from rag.corpus.database import Database
from rag.corpus.passages import PassageTable
from rag.corpus.store import Store
from rag.corpus.traces import Traces, text_left, traces_of, words_left
from rag.corpus.wipe import wipe
from rag.errors import DiskFull, LibraryDamaged
from rag.retrieval.dense import DenseIndex
from rag.settle import settle_passages

_TO_WIPE = "to_wipe"
"""The fact that words of what was removed or replaced may still stand in the file; "" when they do not.

The file notes it by itself in the transaction that deletes a document.
"""


class Forgetting:
    """Takes documents out of the three stores of a library: its file, the index of terms in it, the dense index."""

    def __init__(self, database: Database, dense: DenseIndex) -> None:
        self._database = database
        self._store = Store(database)
        self._passages = PassageTable(database)
        self._dense = dense

    def forget(self, doc_ids: Sequence[str]) -> None:
        """Forget documents, each in a transaction of its own, and look for each in all three stores.

        What is left of one is taken out once more. Raises `LibraryDamaged` when it is there even then.
        """
        traces = traces_of(self._database, doc_ids)
        for doc_id in doc_ids:
            self._store.delete(doc_id)
        settle_passages(self._passages, self._dense)
        if not self._left(traces):
            return
        self._take_out(traces)
        if left := self._left(traces):
            raise LibraryDamaged(
                f"What was removed is still in the {' and the '.join(left)} of {str(self._database.path.parent)!r}. "
                "Make its indexes again with: footnote repair"
            )

    def wipe(self) -> None:
        """Leave no word of what was removed or replaced in the library's file, as far as the disk has room for that."""
        if not self._store.facts().get(_TO_WIPE):
            return
        try:
            wipe(self._database)
            self._store.set_facts({_TO_WIPE: ""})
        except DiskFull:
            return  # it was removed to make room, and the next sync comes back to it

    def _left(self, traces: Traces) -> list[str]:
        """Return the stores that still hold something."""
        held = self._dense.held([trace.passage_id for trace in traces.passages])
        found = {
            "text": text_left(self._database, traces),
            "words": words_left(self._database, traces),
            "vectors": bool(held),
        }
        return [name for name, is_left in found.items() if is_left]

    def _take_out(self, traces: Traces) -> None:
        for doc_id in traces.doc_ids:
            self._store.delete(doc_id)
        settle_passages(self._passages, self._dense)
        self._dense.delete([trace.passage_id for trace in traces.passages])
        if words_left(self._database, traces):
            self._database.rebuild_terms()
