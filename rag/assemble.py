"""Put the parts together, the one place that knows every concrete class. folder and Settings -> Library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.answerer import Answerer, Limits
from rag.corpus.beginnings import beginnings
from rag.corpus.database import Database
from rag.corpus.passages import PassageTable
from rag.corpus.split import PassageSplitter
from rag.corpus.store import Store
from rag.errors import LibraryDamaged, LibraryError, LibraryMissing, SettingsError
from rag.library import Library
from rag.loaded import (
    document_embedder,
    is_loaded,
    load_ahead,
    question_embedder,
)
from rag.pipeline import Pipeline
from rag.places import bundled, existing_source, meant_folder
from rag.protocols import Retriever, Searcher, Vectors
from rag.readers import finder, model_name, reranker, writing
from rag.records import Answer, Hit, Query, Turn
from rag.retrieval.acronyms import spelt_out
from rag.retrieval.dense import DenseIndex
from rag.retrieval.embed import MODEL_NAME
from rag.retrieval.exact import DenseSearch
from rag.retrieval.follow_up import standalone
from rag.retrieval.lexical import LexicalIndex
from rag.retrieval.rerank import RerankedSearch
from rag.retrieval.search import HybridSearch
from rag.retrieval.spelling import respelt
from rag.retrieval.vocabulary import Vocabulary
from rag.settings import Settings
from rag.threshold import least_confidence
from rag.upkeep import Parts

if TYPE_CHECKING:
    from rag.corpus.fetch import Fetched

_SCHEMA = "1"
_loading = threading.Lock()


def open_library(
    source: str | Path | None = None, *, at: str | Path | None = None, settings: Settings | None = None
) -> Library:
    """Open the library of a folder (or file) of documents; make an empty one that follows it if there is none.

    Without `source` it is the library of the bundled articles. `at` is where the library lies on disk (default:
    `.footnote/NAME` beside the documents); with `at` alone, or where `source` is a library's own folder, the library
    there is opened as it is. Call `sync` to index what is new. Raises `SourceError` for a folder that is not there,
    `LibraryMissing` for a library that is not.
    """
    settings = settings or Settings()
    if source is None and at is not None:
        folder = Path(at).expanduser().resolve()
        if not (folder / "library.sqlite").is_file():
            raise LibraryMissing(f"There is no library in {str(folder)!r}. Make one with: footnote add FOLDER")
        return _assemble(folder, settings)
    path = existing_source(Path(source) if source is not None else bundled("seeds"))
    folder = Path(at).expanduser().resolve() if at is not None else meant_folder(path)
    if folder == path:
        return open_library(at=folder, settings=settings)
    library = _assemble(folder, settings)
    if path not in library.sources():
        library.add(path)
    return library


def new_library(folder: Path, settings: Settings | None = None) -> Library:
    """Open the library in a folder; make an empty one that follows nothing if there is none."""
    return _assemble(folder, settings or Settings())


def ask(question: str, source: str | Path | None = None, *, history: Sequence[Turn] = ()) -> Answer:
    """Answer a question from a folder of documents (default: the bundled articles), indexing what is new first."""
    key = str(existing_source(Path(source) if source is not None else bundled("seeds")))
    with _loading:
        library = _synced(key)
    return library.ask(question, history=history)


@cache
def _synced(source: str) -> Library:
    library = open_library(source)
    library.sync()
    return library


def _assemble(folder: Path, settings: Settings) -> Library:
    if not isinstance(settings, Settings):
        raise SettingsError(f"The settings are {settings!r}; they must be Settings(...), from rag.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The folder {str(folder)!r} could not be made: {error.strerror}. Choose another."
        ) from error
    file = folder / "library.sqlite"
    if (folder / "chroma").exists() and not (file.is_file() and file.stat().st_size):
        raise LibraryDamaged(
            f"The library {str(folder)!r} has lost its file library.sqlite. Bring it back, or delete the folder "
            "and add the documents again."
        )
    database = Database(file)
    passages = PassageTable(database)

    @lru_cache(maxsize=64)
    def embed_query(text: str) -> Vectors:
        return question_embedder(settings.threads).embed_query(text)

    dense = DenseIndex(folder / "chroma", embed_query)

    @cache
    def pipeline() -> Pipeline:
        return _pipeline(
            settings, database, passages, DenseSearch(passages.few_vectors, dense, embed_query), Store(database)
        )

    @cache
    def load() -> None:
        load_ahead(settings)

    parts = Parts(
        database=database,
        store=Store(database),
        passages=passages,
        dense=dense,
        embedder=lambda: document_embedder(settings.threads),
        splitter=lambda: _splitter(settings),
        pipeline=pipeline,
        fetch=lambda url: _fetch(url, settings),
        load=load,
        is_loaded=lambda: is_loaded(settings),
        identity={
            "schema": _SCHEMA,
            "embedder": MODEL_NAME,
            "splitter": PassageSplitter.name_of(settings.passage_tokens),
        },
        model_name=model_name(settings),
    )
    return Library(folder, settings, parts)


def _fetch(url: str, settings: Settings) -> Fetched:
    from rag.corpus.fetch import fetch

    return fetch(url, max_bytes=settings.max_file_mb * 1_000_000, timeout_seconds=settings.max_fetch_seconds)


def _pipeline(
    settings: Settings, database: Database, passages: PassageTable, dense: Searcher, store: Store
) -> Pipeline:
    """Wire searching to answering; the models that answer are waited for when they are first needed."""
    embedder = question_embedder(settings.threads)
    searchers: list[Searcher] = []
    if settings.use_dense:
        searchers.append(dense)
    if settings.use_lexical:
        searchers.append(LexicalIndex(database.rows))
    weights = {"dense": settings.dense_weight, "lexical": 1 - settings.dense_weight}
    search: Retriever = HybridSearch(searchers, weights, passages.get, k_searched=settings.k_searched)
    if settings.reranker:
        search = RerankedSearch(search, reranker(settings), k_read=settings.k_reranked, weight=settings.rerank_weight)
    vocabulary = Vocabulary(database.rows)
    limits = Limits(k_evidence=settings.k_evidence, min_confidence=least_confidence(settings, store))

    @cache
    def answerer() -> Answerer:
        return Answerer(finder(settings, passages.of_document), writing(settings), limits=limits)

    return Pipeline(
        partial(standalone, texts_with=vocabulary.texts_with),
        partial(_mended, is_word=embedder.is_word, vocabulary=vocabulary) if settings.use_spelling else None,
        search,
        partial(beginnings, passages),
        answerer,
        see_whole=passages.see_whole,
        k_hits=settings.k_hits,
        max_question_chars=settings.max_question_chars,
    )


def _mended(query: Query, hits: Sequence[Hit], *, is_word: Callable[[str], bool], vocabulary: Vocabulary) -> Query:
    """Return a query mended by what it found: its spelling first, then its acronyms."""
    return spelt_out(respelt(query, hits, is_word, vocabulary), hits)


def _splitter(settings: Settings) -> PassageSplitter:
    embedder = document_embedder(settings.threads)
    return PassageSplitter(
        embedder.count_tokens, passage_tokens=settings.passage_tokens, max_tokens=embedder.max_tokens
    )
