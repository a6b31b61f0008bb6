"""Build a library anew beside the old one, then switch in one step. documents -> other passages, the old file kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from rag.corpus.database import DAMAGED, Database
from rag.corpus.rows import Split
from rag.corpus.store import Store
from rag.protocols import Embedder, Splitter

OLD, _NEW = "library.old.sqlite", "library.new.sqlite"
DENSE_IS_OLD = "dense_is_old"
"""The fact that the dense index still holds the vectors of before the switch; "" when it does not."""
_BUILT_FOR = "built_for"
_HELD = (
    "SELECT name, value FROM facts ORDER BY name",
    "SELECT path FROM sources ORDER BY path",
    "SELECT doc_id, origin FROM origins ORDER BY doc_id",
    """SELECT doc_id, path, title, length(text), fingerprint, size, mtime_ns, verdict, reason, coverage, parent, date
       FROM documents ORDER BY doc_id""",
)
"""What the passages are not made from is copied too, and must not be older than what it takes over from."""


def upgrade(database: Database, splitter: Splitter, embedder: Embedder, *, identity: Mapping[str, str]) -> None:
    """Split and embed every document anew in a file beside the library's; then let the library hold what that holds.

    Until the switch, which is one transaction, nothing of the library changes. Stopped before, it goes on where it was
    the next time, unless anything in it changed meanwhile. The library as it was stays in `library.old.sqlite`.
    """
    beside = _beside(database, _state(database, identity))
    store = Store(beside)
    try:
        for document in store.documents_without_passages():
            passages = splitter.split(document)
            vectors = embedder.embed_documents([splitter.embedded_text(passage) for passage in passages])
            store.put_passages(Split(document, passages, vectors))
        store.set_facts({**identity, DENSE_IS_OLD: "yes", _BUILT_FOR: ""})
        database.copy_to(database.path.with_name(OLD))
        database.take_over(beside)
    finally:
        beside.close()
    _delete(database.path.with_name(_NEW))


def drop_old(folder: Path) -> int:
    """Delete the library as it was before the last upgrade or mending; return how many bytes that frees."""
    kept = [folder / name for name in (OLD, DAMAGED) if (folder / name).exists()]
    size = sum(path.stat().st_size for path in kept)
    for path in kept:
        _delete(path)
    return size


def _state(database: Database, identity: Mapping[str, str]) -> str:
    """Return a hash of what is to be made, and of all that the library holds but its passages."""
    held = [database.rows(query) for query in _HELD]
    return hashlib.sha256(repr([sorted(identity.items()), held]).encode("utf-8", "replace")).hexdigest()


def _beside(database: Database, built_for: str) -> Database:
    """Return the file beside the library's: the one begun for the same purpose, or a copy without passages."""
    path = database.path.with_name(_NEW)
    if path.exists():
        begun = Database(path)
        if Store(begun).facts().get(_BUILT_FOR) == built_for:
            return begun
        begun.close()
        _delete(path)
    database.copy_to(path)
    beside = Database(path)
    with beside.transaction() as connection:
        connection.execute("DELETE FROM passages")
        connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (_BUILT_FOR, built_for))
    return beside


def _delete(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-whole"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
