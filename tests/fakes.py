"""Fakes at our own protocols: they queue replies and remember what they were shown."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from rag.answering.answerer import Answerer, Limits
from rag.answering.evidence import SentenceSelector
from rag.answering.finding import Finder
from rag.answering.prompt import PromptTemplate
from rag.answering.write import Writing
from rag.corpus.beginnings import beginnings
from rag.corpus.database import Database
from rag.corpus.passages import PassageTable
from rag.corpus.sentences import SentenceSplitter
from rag.corpus.split import PassageSplitter
from rag.corpus.store import Store
from rag.library import Library
from rag.pipeline import Pipeline
from rag.places import bundled
from rag.records import Delta
from rag.retrieval.dense import DenseIndex
from rag.retrieval.exact import DenseSearch
from rag.retrieval.follow_up import standalone
from rag.retrieval.lexical import LexicalIndex
from rag.retrieval.search import HybridSearch
from rag.retrieval.spelling import respelt
from rag.retrieval.vocabulary import Vocabulary
from rag.settings import Settings
from rag.threshold import least_confidence
from rag.upkeep import Parts
from rag.words import content_stems


class FakeEmbedder:
    """A bag of hashed stems: texts that share words are alike."""

    name, dimension, max_tokens = "fake", 64, 256

    def embed_documents(self, texts):
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for stem in content_stems(text) or ["nothing"]:
                digest = hashlib.sha256(stem.encode()).digest()
                row[digest[0] % self.dimension] += 1 if digest[1] % 2 else -1
            row[0] += 0.01
        rows /= np.linalg.norm(rows, axis=1, keepdims=True) if len(rows) else 1.0
        return rows

    def embed_query(self, text):
        return self.embed_documents([text])[0]

    def count_tokens(self, text):
        return len(text.split())


class GatedEmbedder(FakeEmbedder):
    """Waits, before each batch of passages, until it is told to go on."""

    def __init__(self):
        self.go_on = threading.Semaphore(0)

    def embed_documents(self, texts):
        assert self.go_on.acquire(timeout=60)
        return super().embed_documents(texts)


class FakeModel:
    """Writes the replies it was given, a word at a time."""

    name, context_tokens = "fake-model", 4096

    def __init__(self, *replies):
        self.replies = list(replies)
        self.shown = []
        self.closed = 0

    def count_tokens(self, messages):
        return sum(len(part.text.split()) for message in messages for part in message.parts)

    def generate(self, messages, *, max_tokens, timeout_seconds):
        self.shown.append(messages)
        words = (self.replies.pop(0) if self.replies else "").split(" ")
        try:
            for word in words[:-1]:
                yield Delta(word + " ")
            yield Delta(words[-1], "stop")
        finally:
            self.closed += 1


class SlowModel(FakeModel):
    """Writes its first sentence, then waits until the test lets it go on."""

    def __init__(self, first, second):
        super().__init__()
        self.first, self.second = first, second
        self.go_on = threading.Event()

    def generate(self, messages, *, max_tokens, timeout_seconds):
        try:
            yield Delta(self.first + " It")
            for _ in range(600):
                if self.go_on.wait(0.05):
                    break
                yield Delta("")
            yield Delta(self.second[2:], "stop")
        finally:
            self.closed += 1


def make_library(
    folder: Path, source: Path | None, *, model=None, settings=None, identity="fake", fetch=None, indexer=None
) -> Library:
    """A library of real stores with a fake embedder (and model); `indexer` embeds in its place what is indexed."""
    settings = settings or Settings(min_confidence=0.3, compose=model is not None)
    folder.mkdir(parents=True, exist_ok=True)
    embedder = FakeEmbedder()
    database = Database(folder / "library.sqlite")
    passages = PassageTable(database)
    dense = DenseIndex(folder / "chroma", embedder.embed_query)
    splitter = PassageSplitter(embedder.count_tokens, passage_tokens=settings.passage_tokens, max_tokens=256)
    search = HybridSearch(
        [DenseSearch(passages.few_vectors, dense, embedder.embed_query), LexicalIndex(database.rows)],
        {"dense": 0.5, "lexical": 0.5},
        passages.get,
        k_searched=20,
    )
    limits = Limits(settings.k_evidence, least_confidence(settings, Store(database)))
    template = PromptTemplate(bundled("prompts") / "answer.md")
    writing = model and Writing(
        model, template, SentenceSplitter().split, k_shown=settings.k_shown, max_answer_tokens=64, timeout_seconds=5.0
    )
    answerer = Answerer(Finder(SentenceSelector(embedder), of_document=passages.of_document), writing, limits=limits)
    vocabulary = Vocabulary(database.rows)
    respell = partial(respelt, is_word=lambda word: word in ("breakfast", "hammer"), library=vocabulary)
    pipeline = Pipeline(
        standalone, respell, search, partial(beginnings, passages), lambda: answerer,
        see_whole=passages.see_whole,        k_hits=settings.k_hits, max_question_chars=2000,
    )  # fmt: skip
    parts = Parts(
        database=database,
        store=Store(database),
        passages=passages,
        dense=dense,
        embedder=lambda: indexer or embedder,
        splitter=lambda: splitter,
        pipeline=lambda: pipeline,
        fetch=fetch,
        load=lambda: None,
        is_loaded=lambda: True,
        identity={"schema": "1", "embedder": identity, "splitter": splitter.name},
        model_name="fake-model",
    )
    library = Library(folder, settings, parts)
    if source and source not in library.sources():
        library.add(source)
    return library


@contextmanager
def library_of(folder: Path, *, model=None, **texts: str) -> Iterator[Library]:
    """A library of a few texts, in step, in a folder of its own; closed afterwards."""
    library = make_library(folder / "lib" / "own", write_files(folder / "docs", **texts), model=model)
    library.sync()
    yield library
    library.close()


def write_files(folder: Path, **texts: str) -> Path:
    """Write `name="text"` as name.txt (or `name__md` as name.md); return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        stem, _, ending = name.partition("__")
        (folder / f"{stem}.{ending or 'txt'}").write_text(text, "utf-8")
    return folder
