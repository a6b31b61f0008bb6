"""Keep a library sound: made by what opens it, its indexes in step, mended when they are not."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.database import Database
from rag.corpus.passages import PassageTable
from rag.corpus.read import shown_path
from rag.corpus.store import Store
from rag.errors import DiskFull, LibraryDamaged, LibraryEmpty, LibraryLocked, LibraryMismatch
from rag.pipeline import Pipeline
from rag.protocols import Embedder, Splitter
from rag.retrieval.dense import DenseIndex
from rag.settle import is_in_step, settle_passages
from rag.threshold import keep_confidence
from rag.upgrade import DENSE_IS_OLD, OLD, drop_old, upgrade

if TYPE_CHECKING:
    from rag.corpus.fetch import Fetched

_GENERATION, _EMBEDDER, _SPLITTER = "generation", "embedder", "splitter"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a library is made of. `identity` is what made its passages.

    Models are loaded when they are first needed; `load` begins with all that a question needs, `is_loaded` says whether
    they are here.
    """

    database: Database
    store: Store
    passages: PassageTable
    dense: DenseIndex
    embedder: Callable[[], Embedder]
    splitter: Callable[[], Splitter]
    pipeline: Callable[[], Pipeline]
    fetch: Callable[[str], Fetched]
    load: Callable[[], None]
    is_loaded: Callable[[], bool]
    identity: Mapping[str, str]
    model_name: str


class Upkeep:
    """Watches over the parts of one library on disk."""

    def __init__(self, folder: Path, parts: Parts) -> None:
        self._folder = folder
        self._parts = parts
        self._generation = parts.store.facts().get(_GENERATION, "")
        self._ready = False
        self._lock = threading.Lock()
        if not any(name in parts.store.facts() for name in parts.identity):
            parts.store.set_facts(parts.identity)
            parts.database.leave()

    def check_identity(self, *, to_ask: bool = False) -> None:
        """Raise `LibraryMismatch` when the passages were made by another embedder, splitter or version.

        Passages that are split otherwise answer as before: whoever only asks is let through.
        """
        found = self._differences()
        askable = found.keys() <= {_SPLITTER}
        if found and not (to_ask and askable):
            still = ". Until then questions are answered as before." if askable else ""
            raise LibraryMismatch(
                f"The library {str(self._folder)!r} was made with {'; '.join(found.values())}. "
                f"Nothing was changed. Bring it up to date with: footnote repair --library {str(self._folder)!r}{still}"
            )

    def mark_changed(self) -> None:
        """Let other processes know that the documents are not what they were."""
        self._generation = uuid.uuid4().hex
        self._parts.store.set_facts({_GENERATION: self._generation})
        self._ready = False

    def prepare(self) -> None:
        """See that there is something to ask, and that the dense index, if it is asked, is in step with the documents.

        While another is writing, which brings it in step, and over a full disk, what is there is asked.
        """
        with self._lock:
            generation = self._parts.store.facts().get(_GENERATION, "")
            if generation != self._generation:
                self._parts.dense.refresh()
                self._generation, self._ready = generation, False
            if self._ready:
                return
            self.check_identity(to_ask=True)
            if not self._parts.passages.count():
                raise LibraryEmpty(self._why_empty())
            try:
                if not self._is_settled():
                    with self._parts.database.writing():
                        self.settle()
            except (LibraryLocked, DiskFull):
                return
            self._ready = True

    def settle(self) -> None:
        """Bring the dense index in step with the documents, from the start if it is torn or does not count the same."""
        try:
            if self._parts.store.facts().get(DENSE_IS_OLD):
                self._build_dense()
            settle_passages(self._parts.passages, self._parts.dense)
        except LibraryDamaged:
            self._build_dense()
        if not is_in_step(self._parts.passages, self._parts.dense):
            self._build_dense()

    def repair(self) -> str:
        """Do what `Library.repair` says."""
        parts = self._parts
        with self._parts.database.writing():
            if parts.database.check():
                parts.database.set_aside()
                parts.database.rebuild_terms()
            if wrong := parts.database.check():
                raise LibraryDamaged(
                    f"The library file in {str(self._folder)!r} is damaged ({wrong}) and was left as it is. "
                    "Move the folder away and add the documents again."
                )
            parts.store.retry_refused()
            differs = bool(self.differences())
            if differs:
                upgrade(parts.database, parts.splitter(), parts.embedder(), identity=parts.identity)
            count = self._build_dense()
            self.mark_changed()
        kept = f" The library as it was is kept in {OLD}; delete it with: footnote drop-old" if differs else ""
        n_documents = sum(file.verdict != "refused" for file in parts.store.status())
        return f"The index of {n_documents} documents was made again: {count} passages.{kept}"

    def differences(self) -> tuple[str, ...]:
        """Do what `Library.differences` says."""
        return tuple(self._differences().values())

    def _differences(self) -> dict[str, str]:
        """Return by name what made the passages and would not make them now, in words."""
        facts = self._parts.store.facts()
        return {
            name: f"{name} {facts[name]!r}, now {value!r}"
            for name, value in self._parts.identity.items()
            if name in facts and facts[name] != value
        }

    def copy_to(self, folder: Path, *, as_it_is: bool) -> None:
        """Do what `Library.copy_to` says."""
        facts = self._parts.store.facts()
        if as_it_is and facts.get(_EMBEDDER) != self._parts.identity[_EMBEDDER]:
            raise LibraryMismatch(
                f"The passages of {str(self._folder)!r} were embedded by {facts.get(_EMBEDDER)!r}, which is not at "
                "hand: nothing can be asked of them. Bring it up to date with: footnote repair"
            )
        folder.mkdir(parents=True, exist_ok=True)
        self._parts.database.copy_to(folder / self._parts.database.path.name)
        if as_it_is:
            copy = Database(folder / self._parts.database.path.name)
            Store(copy).set_facts(self._parts.identity)
            copy.close()

    def set_threshold(self, confidence: float) -> None:
        """Do what `Library.set_threshold` says."""
        with self._parts.database.writing():
            keep_confidence(confidence, self._parts.store)

    def drop_old(self) -> str:
        """Do what `Library.drop_old` says."""
        with self._parts.database.writing():
            freed = drop_old(self._folder)
        return f"{freed / 1e6:.1f} MB were freed." if freed else "There is no older library to delete."

    def _is_settled(self) -> bool:
        """Say whether the dense index has heard of everything, and can be asked if it will be."""
        passages = self._parts.passages
        if any(passages.pending()):
            return False
        return passages.few_vectors() is not None or is_in_step(passages, self._parts.dense)

    def _build_dense(self) -> int:
        self._parts.dense.clear()
        self._parts.passages.mark_all_pending()
        count = settle_passages(self._parts.passages, self._parts.dense)
        self._parts.store.set_facts({DENSE_IS_OLD: ""})
        return count

    def _why_empty(self) -> str:
        refused = self._parts.store.status()
        folders = ", ".join(map(shown_path, self._parts.store.sources())) or "no folder"
        if refused:
            first = refused[0]
            return f"None of the {len(refused)} files in {folders} could be read. First: {first.path}: {first.reason}"
        return f"The library {self._folder.name!r} holds no documents yet ({folders}). Add some: footnote add FOLDER"
