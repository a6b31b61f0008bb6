"""Embed what was read and keep it. files looked at -> documents in the store, or a reason for each that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.corpus.ahead import FoundFile, unforeseen
from rag.corpus.passages import PassageTable
from rag.corpus.rows import Split
from rag.corpus.store import Store
from rag.errors import FootnoteError
from rag.gate import QUESTIONS
from rag.protocols import Embedder, Splitter, Vectors
from rag.records import Document, Passage

_PORTION = 256
"""Passages embedded at a time where one document has more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a file: kept, or refused for a `reason`."""

    file: FoundFile
    fingerprint: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read, with each of its documents split."""

    documents: list[tuple[Document, list[Passage]]]
    file: FoundFile
    fingerprint: str

    @property
    def n_passages(self) -> int:
        return sum(len(passages) for _, passages in self.documents)


class Waiting:
    """Files that were read, waiting to be embedded with others and kept, each in a transaction of its own."""

    def __init__(
        self, store: Store, passages: PassageTable, *, splitter: Callable[[], Splitter],
        embedder: Callable[[], Embedder],
    ) -> None:  # fmt: skip
        self._store = store
        self._passages = passages
        self._splitter = splitter
        self._embedder = embedder
        self._reads: list[_Read] = []

    @property
    def n_passages(self) -> int:
        """How many passages wait."""
        return sum(read.n_passages for read in self._reads)

    def holds(self, fingerprint: str) -> bool:
        """Say whether a file of these bytes waits."""
        return any(read.fingerprint == fingerprint for read in self._reads)

    def add(self, file: FoundFile, fingerprint: str, documents: Sequence[Document]) -> str:
        """Split the documents of a file and let it wait; return the reason when they cannot be split, else ""."""
        splitter = self._splitter()
        try:
            split = [(document, splitter.split(document)) for document in documents]
        except FootnoteError:
            raise
        except Exception as error:
            return unforeseen(file.path, error)
        self._reads.append(_Read(split, file, fingerprint))
        return ""

    def keep(self) -> list[Kept]:
        """Embed all that waits, keep it, and return what became of each."""
        reads, self._reads = self._reads, []
        return self._keep(reads) if reads else []

    def _keep(self, reads: Sequence[_Read]) -> list[Kept]:
        """Embed some together; each alone, should that fail, so that the one to blame takes no other with it."""
        try:
            vectors = self._embed(reads)
        except FootnoteError:
            raise
        except Exception as error:
            if len(reads) > 1:
                return [kept for read in reads for kept in self._keep([read])]
            return [Kept(reads[0].file, reads[0].fingerprint, unforeseen(reads[0].file.path, error))]
        at, kept = 0, []
        for read in reads:
            kept.append(self._put(read, vectors[at : at + read.n_passages]))
            at += read.n_passages
        return kept

    def _put(self, read: _Read, vectors: Vectors) -> Kept:
        """Keep one file; `vectors` are those of all its documents, in order."""
        at, split = 0, []
        for document, passages in read.documents:
            split.append(Split(document, passages, vectors[at : at + len(passages)]))
            at += len(passages)
        first, *attached = split
        try:
            self._store.put(*first, size=read.file.size, mtime_ns=read.file.mtime_ns, attached=attached)
        except FootnoteError:
            raise
        except Exception as error:
            return Kept(read.file, read.fingerprint, unforeseen(read.file.path, error))
        return Kept(read.file, read.fingerprint)

    def _embed(self, reads: Sequence[_Read]) -> Vectors:
        """Return the vectors of passages, in order; a question that comes meanwhile waits for one portion of them.

        What a document said before, and what several say alike, is not embedded again.
        """
        splitter, embedder = self._splitter(), self._embedder()
        split = [passages for read in reads for _, passages in read.documents]
        texts = [splitter.embedded_text(passage) for passages in split for passage in passages]
        vectors = self._known(reads, splitter)
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        for at in range(0, len(new), _PORTION):
            QUESTIONS.give_way()
            some = new[at : at + _PORTION]
            vectors.update(zip(some, embedder.embed_documents(some), strict=True))
        return np.stack([vectors[text] for text in texts]) if texts else embedder.embed_documents([])

    def _known(self, reads: Sequence[_Read], splitter: Splitter) -> dict[str, Vectors]:
        """Return the vectors that passages of these documents have, by what was embedded of them."""
        changed = [document.doc_id for read in reads if read.file.known for document, _ in read.documents]
        found = [passage for doc_id in changed for passage in self._passages.of_document(doc_id)]
        texts = {passage.passage_id: splitter.embedded_text(passage) for passage in found}
        return {texts[passage_id]: vector for passage_id, _, vector in self._passages.vectors(texts)}
