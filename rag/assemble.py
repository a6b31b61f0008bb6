"""Put the parts together, the one place that knows every concrete class. folder and Settings -> Library."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from rag.answering.answerer import Answerer, Limits
from rag.answering.evidence import SentenceSelector
from rag.answering.llm import LlamaCppModel
from rag.answering.model_file import fastest_copy, packaged_model
from rag.answering.prompt import PromptTemplate
from rag.answering.read_evidence import ReadingSelector, Weights
from rag.answering.reader import Reader
from rag.answering.reader_model import export_reader
from rag.corpus.database import Database
from rag.corpus.passages import PassageTable
from rag.corpus.sentences import SentenceSplitter
from rag.corpus.split import PassageSplitter
from rag.corpus.store import Store
from rag.errors import LibraryError, LibraryMissing
from rag.library import Library
from rag.pipeline import Pipeline
from rag.places import bundled, cache_folder, existing_source, library_folder
from rag.protocols import Searcher
from rag.records import Answer, Turn
from rag.retrieval.dense import DenseIndex
from rag.retrieval.embed import MODEL_NAME, SentenceTransformerEmbedder, stay_local
from rag.retrieval.embed import packaged_model as packaged_embedder
from rag.retrieval.follow_up import standalone
from rag.retrieval.lexical import LexicalIndex
from rag.retrieval.onnx_embed import OnnxEmbedder, export_graph
from rag.retrieval.remember import RememberingEmbedder
from rag.retrieval.search import HybridSearch
from rag.settings import Settings
from rag.upkeep import Parts, least_confidence

T = TypeVar("T")

MODELS = Path(__file__).parent / "models"
"""The small trained parts that come with Footnote; each has a card beside it."""

READER_WEIGHTS = MODELS / "reader.json"

_SCHEMA = "1"
_loading = threading.Lock()


def open_library(
    source: str | Path | None = None, *, at: str | Path | None = None, settings: Settings | None = None
) -> Library:
    """Open the library of a folder (or file) of documents; make an empty one that follows it if there is none.

    Without `source` it is the library of the bundled articles. `at` is where the library lies on disk (default:
    `.footnote/NAME` beside the documents); with `at` alone, the library there is opened as it is. Call `sync` to
    index what is new. Raises `SourceError` for a folder that is not there, `LibraryMissing` for a library that is not.
    """
    settings = settings or Settings()
    if source is None and at is not None:
        folder = Path(at).expanduser().resolve()
        if not (folder / "library.sqlite").is_file():
            raise LibraryMissing(f"There is no library in {str(folder)!r}. Make one with: footnote add FOLDER")
        return _assemble(folder, settings)
    path = existing_source(Path(source) if source is not None else bundled("seeds"))
    library = _assemble(Path(at).expanduser().resolve() if at is not None else library_folder(path), settings)
    if path not in library.sources():
        library.add(path)
    return library


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
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The folder {str(folder)!r} could not be made: {error.strerror}. Choose another."
        ) from error
    database = Database(folder / "library.sqlite")
    passages = PassageTable(database)
    dense = DenseIndex(folder / "chroma", lambda text: _question_embedder(settings.threads).embed_query(text))

    @cache
    def pipeline() -> Pipeline:
        return _pipeline(settings, database, passages, dense, Store(database))

    parts = Parts(
        database=database,
        store=Store(database),
        passages=passages,
        dense=dense,
        embedder=lambda: _embedder(settings.threads),
        splitter=lambda: _splitter(settings),
        pipeline=pipeline,
        identity={
            "schema": _SCHEMA,
            "embedder": MODEL_NAME,
            "splitter": PassageSplitter.name_of(settings.passage_tokens),
        },
        model_name=_model_path(settings).stem if settings.compose else "quotes",
    )
    return Library(folder, settings, parts)


def _pipeline(
    settings: Settings, database: Database, passages: PassageTable, dense: DenseIndex, store: Store
) -> Pipeline:
    """Load the models, the two at once, and wire searching to answering."""
    loader = threading.Thread(target=_model, args=(settings,)) if settings.compose else None
    if loader:
        loader.start()
    embedder = _question_embedder(settings.threads)
    if loader:
        loader.join()
    searchers: list[Searcher] = []
    if settings.use_dense:
        searchers.append(dense)
    if settings.use_lexical:
        searchers.append(LexicalIndex(database.rows))
    weights = {"dense": settings.dense_weight, "lexical": 1 - settings.dense_weight}
    answerer = Answerer(
        reading_selector(settings) if settings.use_reader else SentenceSelector(embedder),
        _model(settings) if settings.compose else None,
        PromptTemplate(bundled("prompts") / "answer.md"),
        SentenceSplitter().split,
        limits=Limits(
            k_evidence=settings.k_evidence,
            k_shown=settings.k_shown,
            min_confidence=least_confidence(settings, store),
            max_answer_tokens=settings.max_answer_tokens,
            timeout_seconds=settings.timeout_seconds,
        ),
    )
    return Pipeline(
        standalone,
        HybridSearch(searchers, weights, passages.get, k_searched=settings.k_searched),
        answerer,
        k_hits=settings.k_hits,
        max_question_chars=settings.max_question_chars,
    )


_loaded: dict[tuple[object, ...], Any] = {}
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def _once(kind: str, key: tuple[object, ...], load: Callable[[], T]) -> T:
    """Return what `load` makes, made once in this process for each kind and key; different kinds load at once."""
    with _locks[kind]:
        if (kind, *key) not in _loaded:
            _loaded[(kind, *key)] = load()
        found: T = _loaded[(kind, *key)]
        return found


def _embedder(threads: int) -> SentenceTransformerEmbedder:
    """Return the embedder for many texts: as fast as the processor allows, slow to start."""
    return _once("embedder", (threads,), lambda: SentenceTransformerEmbedder(threads=threads))


def _question_embedder(threads: int) -> OnnxEmbedder:
    """Return the embedder for questions: the same model, ready at once, from a graph written the first time."""

    def load() -> OnnxEmbedder:
        graph = cache_folder() / "models" / f"{MODEL_NAME}.onnx"
        if not graph.is_file():
            logging.getLogger("footnote").info("Preparing the embedding model for this machine, once ...")
            export_graph(graph)
        return OnnxEmbedder(graph, threads=threads)

    return _once("question embedder", (threads,), load)


def reading_selector(settings: Settings) -> ReadingSelector:
    """Return the selector that reads, with its trained reader and fitted weights."""
    weights = Weights.read(READER_WEIGHTS)
    embedder = _once(
        "sentences", (settings.threads,), lambda: RememberingEmbedder(_question_embedder(settings.threads))
    )
    return ReadingSelector(_reader(settings.threads), embedder, weights, n_read=settings.n_read)


def _reader(threads: int) -> Reader:
    """Return the trained reader: its weights over the packaged model, as a graph written the first time."""

    def load() -> Reader:
        base, weights = packaged_embedder(), MODELS / "reader.safetensors"
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        graph = cache_folder() / "models" / f"reader-{digest[:16]}.onnx"
        if not graph.is_file():
            logging.getLogger("footnote").info("Preparing the reading model for this machine, once ...")
            stay_local()
            export_reader(base, weights, graph)
        return Reader(graph, base / "tokenizer.json", threads=threads)

    return _once("reader", (threads,), load)


def _splitter(settings: Settings) -> PassageSplitter:
    embedder = _embedder(settings.threads)
    return PassageSplitter(
        embedder.count_tokens, passage_tokens=settings.passage_tokens, max_tokens=embedder.max_tokens
    )


def _model_path(settings: Settings) -> Path:
    return settings.model_path.expanduser().resolve() if settings.model_path else packaged_model()


def _model(settings: Settings) -> LlamaCppModel:
    path = _model_path(settings)

    def load() -> LlamaCppModel:
        copy = fastest_copy(path, cache_folder() / "models")
        return LlamaCppModel(copy, context_tokens=settings.context_tokens, threads=settings.threads, name=path.stem)

    return _once("model", (path, settings.context_tokens, settings.threads), load)
