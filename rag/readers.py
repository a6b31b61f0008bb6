"""Make what finds answers and what writes them. Settings -> Finder, Writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.evidence import SentenceSelector
from rag.answering.finding import Finder
from rag.answering.found import DecisionWeights
from rag.answering.model_file import check_model_file, measured_speed
from rag.answering.model_memory import memory_bytes
from rag.answering.profile import measured_mode
from rag.answering.prompt import PromptTemplate
from rag.answering.read_evidence import ReadingSelector, Weights
from rag.answering.reading_reranker import ReadingReranker
from rag.answering.second_reader import SecondReader
from rag.answering.write import Writing
from rag.corpus.sentences import SentenceSplitter
from rag.loaded import (
    MODELS,
    cross_encoder,
    language_model,
    model_file,
    question_embedder,
    reader_model,
    sentence_embedder,
    short_model,
    short_name,
)
from rag.places import bundled, cache_folder
from rag.protocols import Reranker
from rag.records import Passage
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A language model as it is here: its size on disk, the prompt it reads in a second (0: unknown), if it writes.

    `memory_bytes` is about what it takes with its context.
    """

    name: str
    n_bytes: int
    memory_bytes: int
    tokens_per_second: float
    writes: bool


_OPENED_AND_NOT = ("The bridge opened in May 1931.", "The bakery sells rye bread and buns.")
_ANSWERS = 0.1
"""A sentence that answers is declined with less, where models reckon rightly (0.01 was measured), and one that does not
with more than the rest of 1 (0.99999)."""

READER_WEIGHTS = MODELS / "reader.json"
DECISION_WEIGHTS = MODELS / "decide.json"
WHETHER_WEIGHTS, WHETHER_DECISION = MODELS / "whether.json", MODELS / "decide_whether.json"


def finder(settings: Settings, of_document: Callable[[str, int], Sequence[Passage]]) -> Finder:
    """Return what finds evidence: the trained reader, and the language model as a second one.

    `of_document` gives the first passages of a document, by its id and how many.
    """
    embedder = question_embedder(settings.threads)
    selector = reading_selector(settings) if settings.use_reader else SentenceSelector(embedder)
    if not settings.use_second:
        return Finder(selector, of_document=of_document)
    weights, whether = (DecisionWeights.read(path) for path in (DECISION_WEIGHTS, WHETHER_DECISION))
    return Finder(selector, second_reader(settings), weights, whether, of_document=of_document)


def second_reader(settings: Settings) -> SecondReader:
    """Return the packaged language model as a reader, with the words it was trained on."""
    template = PromptTemplate(bundled("prompts") / "short_answer.md")
    return SecondReader(short_model(settings), template, timeout_seconds=settings.timeout_seconds)


def reads_rightly(settings: Settings) -> bool:
    """Return whether the packaged model tells a sentence that answers from one that does not, on this processor.

    llama.cpp as it was built for another one, or by a compiler that went wrong, ends the process or reckons wrongly.
    """
    reader = second_reader(settings)
    told = (reader.declines_text("When did the bridge open?", text) for text in _OPENED_AND_NOT)
    answers, other = (1.0 if declines is None else declines for declines in told)
    return answers < _ANSWERS and other > 1 - _ANSWERS


def reranker(settings: Settings) -> Reranker:
    """Return what reads the first hits of a search: the trained reader, or the cross-encoder that is named.

    Raises `ModelError` for a cross-encoder that is not on this machine.
    """
    if settings.reranker == "reader":
        return ReadingReranker(reader_model(settings.threads))
    return cross_encoder(settings.reranker)


def writing(settings: Settings) -> Writing | None:
    """Return what writes sentences: a model that the user named, if it was found able to; else nothing."""
    if settings.model_path is None or not settings.compose:
        return None
    found = Writing(
        language_model(settings), PromptTemplate(bundled("prompts") / "answer.md"), SentenceSplitter().split,
        k_shown=settings.k_shown, max_answer_tokens=settings.max_answer_tokens,
        timeout_seconds=settings.timeout_seconds,
    )  # fmt: skip
    mode = measured_mode(found, model_file(settings), cache_folder() / "models" / "modes.json")
    return found if mode == "compose" else None


def reading_selector(settings: Settings, weights: Weights | None = None) -> ReadingSelector:
    """Return the selector that reads, with its trained reader and (others not given) its fitted weights."""
    given, whether = (weights or Weights.read(path) for path in (READER_WEIGHTS, WHETHER_WEIGHTS))
    embedder = sentence_embedder(settings.threads)
    return ReadingSelector(reader_model(settings.threads), embedder, given, n_read=settings.n_read, whether=whether)


def model_facts(settings: Settings, *, try_out: bool = True) -> ModelFacts:
    """Return what is known of the language model; with `try_out` it is loaded, tried and measured if it never was.

    Raises `ModelError` for a file that is no model.
    """
    path = model_file(settings)
    check_model_file(path)
    writes = settings.model_path is not None and settings.compose
    if try_out:
        writes = writing(settings) is not None
    speed = measured_speed(path, cache_folder() / "models", measure=try_out)
    memory = memory_bytes(path, settings.context_tokens)
    return ModelFacts(model_name(settings), path.stat().st_size, memory, speed, writes)


def model_name(settings: Settings) -> str:
    """Return what answers: the model that writes, else the one that reads, else nothing but quotes."""
    if settings.compose and settings.model_path:
        return model_file(settings).stem
    return short_name() if settings.use_second else "quotes"
