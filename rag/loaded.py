"""Load each model once in a process. Settings -> embedders, reader, language model, ready to use."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rag.answering.llm import LlamaCppModel
from rag.answering.model_file import fastest_copy, packaged_model
from rag.answering.reader import Reader
from rag.answering.reader_model import export_reader
from rag.places import cache_folder
from rag.retrieval.cross_encoder import CrossEncoderReranker
from rag.retrieval.embed import MODEL_NAME, SentenceTransformerEmbedder, stay_local
from rag.retrieval.embed import packaged_model as packaged_embedder
from rag.retrieval.fastest import bfloat16_wins
from rag.retrieval.onnx_embed import OnnxEmbedder, export_graph
from rag.retrieval.remember import RememberingEmbedder
from rag.settings import Settings

T = TypeVar("T")

MODELS = Path(__file__).parent / "models"
"""The small trained parts that come with Footnote; each has a card beside it."""

ADAPTER = MODELS / "writer.gguf"
_SHORT_CONTEXT = 2048

_loaded: dict[tuple[object, ...], Any] = {}
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_exporting = threading.Lock()
"""torch writes one graph at a time."""


def _once(kind: str, key: tuple[object, ...], load: Callable[[], T]) -> T:
    """Return what `load` makes, made once in this process for each kind and key; different kinds load at once."""
    with _locks[kind]:
        if (kind, *key) not in _loaded:
            _loaded[(kind, *key)] = load()
        found: T = _loaded[(kind, *key)]
        return found


def load_ahead(settings: Settings) -> None:
    """Begin to load the models that a question needs, each in a thread of its own; who needs one waits for it.

    A model that cannot be loaded is told of by who needs it, who loads it again.
    """
    from concurrent.futures import ThreadPoolExecutor

    loads: list[Callable[[], object]] = [lambda: question_embedder(settings.threads)]
    if settings.use_second:
        loads.append(lambda: short_model(settings))
    if settings.use_reader:
        loads.append(lambda: reader_model(settings.threads))
    pool = ThreadPoolExecutor(len(loads), "loading")
    for load in loads:
        pool.submit(load)
    pool.shutdown(wait=False)


def is_loaded(settings: Settings) -> bool:
    """Say whether all the models are here that an answer under these settings needs."""
    shared = {"question embedder": True, "reader": settings.use_reader, "short": settings.use_second}
    needed: list[tuple[object, ...]] = [(kind, settings.threads) for kind, is_used in shared.items() if is_used]
    if settings.compose and settings.model_path:
        needed.append(("model", *_model_key(settings)))
    return all(key in _loaded for key in needed)


def document_embedder(threads: int) -> SentenceTransformerEmbedder | OnnxEmbedder:
    """Return the embedder for many texts: in bfloat16, slow to start, where that is faster; else the questions' one."""

    def half() -> SentenceTransformerEmbedder:
        return _once("half embedder", (threads,), lambda: SentenceTransformerEmbedder(threads=threads))

    def load() -> SentenceTransformerEmbedder | OnnxEmbedder:
        exact = question_embedder(threads)
        return half() if bfloat16_wins(half, exact, cache_folder() / "models" / "embedder.json") else exact

    return _once("embedder", (threads,), load)


def question_embedder(threads: int) -> OnnxEmbedder:
    """Return the embedder for questions: the same model, ready at once, from a graph written the first time."""

    def load() -> OnnxEmbedder:
        graph = cache_folder() / "models" / f"{MODEL_NAME}.onnx"
        if not graph.is_file():
            logging.getLogger("footnote").info("Preparing the embedding model for this machine, once ...")
            with _exporting:
                export_graph(graph)
        return OnnxEmbedder(graph, threads=threads)

    return _once("question embedder", (threads,), load)


def sentence_embedder(threads: int) -> RememberingEmbedder:
    """Return the embedder for sentences: the questions' one, which remembers those it has met."""
    return _once("sentences", (threads,), lambda: RememberingEmbedder(question_embedder(threads)))


def reader_model(threads: int) -> Reader:
    """Return the trained reader: its weights over the packaged model, as a graph written the first time."""

    def load() -> Reader:
        base, weights = packaged_embedder(), MODELS / "reader.safetensors"
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        graph = cache_folder() / "models" / f"reader-{digest[:16]}.onnx"
        if not graph.is_file():
            logging.getLogger("footnote").info("Preparing the reading model for this machine, once ...")
            with _exporting:
                stay_local()
                export_reader(base, weights, graph)
        return Reader(graph, base / "tokenizer.json", threads=threads)

    return _once("reader", (threads,), load)


def cross_encoder(model: str) -> CrossEncoderReranker:
    """Return a cross-encoder by its name or folder."""
    return _once("cross-encoder", (model,), lambda: CrossEncoderReranker(model))


def short_model(settings: Settings) -> LlamaCppModel:
    """Return the packaged language model with the adapter that was trained to answer in a few words."""

    def load() -> LlamaCppModel:
        copy = fastest_copy(packaged_model(), cache_folder() / "models")
        return LlamaCppModel(
            copy, context_tokens=_SHORT_CONTEXT, threads=settings.threads, name=short_name(), adapter=ADAPTER
        )

    return _once("short", (settings.threads,), load)


def short_name() -> str:
    """Return what the packaged model with its adapter is called."""
    return f"{packaged_model().stem} + {ADAPTER.stem}"


def model_file(settings: Settings) -> Path:
    """Return the language model's file: the one that is set, else the packaged one."""
    return settings.model_path.expanduser().resolve() if settings.model_path else packaged_model()


def language_model(settings: Settings) -> LlamaCppModel:
    """Return the language model, from the copy of its file that runs fastest here."""

    def load() -> LlamaCppModel:
        path = model_file(settings)
        copy = fastest_copy(path, cache_folder() / "models")
        return LlamaCppModel(copy, context_tokens=settings.context_tokens, threads=settings.threads, name=path.stem)

    return _once("model", _model_key(settings), load)


def _model_key(settings: Settings) -> tuple[object, ...]:
    return (model_file(settings), settings.context_tokens, settings.threads)
