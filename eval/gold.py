"""Find where the gold quotes stand. Question and documents -> places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.metrics.answers import holds
from eval.metrics.places import Place
from eval.question_set import Question, QuestionSetError, Quote
from rag.corpus.read import Refusal, read_bytes, read_document
from rag.corpus.scan import find_files

Texts = Mapping[str, str]
"""The text of each document, by file name."""


@dataclass(frozen=True, slots=True)
class Gold:
    """The places that support an answer: all of them, and for each required value those that bear it out.

    A set without short answers requires one thing: any of the places.
    """

    places: tuple[Place, ...]
    groups: tuple[tuple[Place, ...], ...]


def texts_on_disk(sources: Iterable[Path], *, max_bytes: int) -> dict[str, str]:
    """Return the text of each readable document by file name, read anew: a stale or torn index must not hide itself.

    Raises `QuestionSetError` when two documents share a name.
    """
    texts: dict[str, str] = {}
    for path in find_files(sources):
        try:
            text = read_document(path, read_bytes(path, max_bytes), path.name).text
        except Refusal:
            continue
        if path.name in texts:
            raise QuestionSetError(f"Two documents are named {path.name!r}: quotes could mean either; rename one.")
        texts[path.name] = text
    return texts


def find_gold(question: Question, texts: Texts) -> Gold:
    """Return every place where a gold quote stands. Raises `QuestionSetError` for a quote that stands nowhere."""
    found = {quote: _places(quote, texts, question.question_id) for quote in question.quotes}
    groups = []
    for aliases in question.answers:
        bearing = [quote for quote in found if holds(quote.text, aliases)] or list(found)
        groups.append(tuple(place for quote in bearing for place in found[quote]))
    places = tuple(place for some in found.values() for place in some)
    return Gold(places, tuple(groups) or ((places,) if question.answerable else ()))


def _places(quote: Quote, texts: Texts, question_id: str) -> list[Place]:
    if quote.document not in texts:
        raise QuestionSetError(
            f"{question_id} quotes {quote.document!r}, which is not among the documents: give their folder "
            "with --documents, or correct the question."
        )
    text, places, at = texts[quote.document], [], -1
    while (at := text.find(quote.text, at + 1)) >= 0:
        places.append(Place(quote.document, at, at + len(quote.text)))
    if not places:
        raise QuestionSetError(f"{question_id} quotes words that {quote.document!r} does not hold: {quote.text[:80]!r}")
    return places
