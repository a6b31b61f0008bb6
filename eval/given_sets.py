"""Questions that come with their paragraph. A folder of SQuAD or CLAPNQ -> one document a paragraph, and questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from eval.adapters import as_written, file_name, read_rows
from eval.metrics.places import Place
from eval.question_set import QuestionSetError
from rag.corpus.read import normalise
from rag.training.sets import held_out


@dataclass(frozen=True, slots=True)
class GivenQuestion:
    """A question, the document it is asked about, short gold answers, and each annotator's gold sentences.

    A question that its document does not answer has neither.
    """

    question_id: str
    question: str
    document: str
    answers: tuple[str, ...]
    sentences: tuple[tuple[Place, ...], ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class GivenSet:
    """Documents by file name, and the questions about them."""

    texts: Mapping[str, str]
    questions: tuple[GivenQuestion, ...]


def read_given(
    name: str, folder: Path, *, limit: int | None = None, seed: int = 0, unseen: bool = False
) -> GivenSet:  # fmt: skip
    """Return a set, or a random part of `limit` questions that the seed decides, with only their documents.

    `unseen` keeps only the articles that the readers were not trained on.
    Raises `QuestionSetError` for a name that is not in `GIVEN_SETS` and for a folder that does not hold it.
    """
    if name not in GIVEN_SETS:
        raise QuestionSetError(f"No paragraph is given in {name!r}. It is in: {', '.join(sorted(GIVEN_SETS))}.")
    bodies = {str(row["id"]): normalise(str(row["text"])) for row in read_rows(folder, "corpus")}
    if unseen:
        articles = {str(row["id"]): row.get("title") or row["id"] for row in read_rows(folder, "corpus")}
        bodies = {document: text for document, text in bodies.items() if held_out(articles[document])}
    rows = [row for row in read_rows(folder, "questions") if row["gold_doc_ids"][0] in bodies]
    if limit is not None and limit < len(rows):
        rows = Random(seed).sample(rows, limit)
    texts = {file_name(str(row["gold_doc_ids"][0])): bodies[row["gold_doc_ids"][0]] for row in rows}
    return GivenSet(texts, tuple(GIVEN_SETS[name](row, texts) for row in rows))


def _squad(row: Mapping[str, Any], texts: Mapping[str, str]) -> GivenQuestion:
    document = file_name(str(row["gold_doc_ids"][0]))
    answerable = bool(row.get("answerable", True))
    golds = tuple(row["answers"]) if answerable else ()
    return GivenQuestion(str(row["id"]), row["question"], document, golds, (), answerable and document in texts)


def _clapnq(row: Mapping[str, Any], texts: Mapping[str, str]) -> GivenQuestion:
    document = file_name(str(row["gold_doc_ids"][0]))
    groups = [_places(group, document, texts[document]) for group in row.get("selected_sentences") or []]
    answerable = bool(row["answerable"])
    kept = tuple(group for group in groups if group) if answerable else ()
    return GivenQuestion(str(row["id"]), row["question"], document, (), kept, answerable)


def _places(sentences: Sequence[str], document: str, text: str) -> tuple[Place, ...]:
    found = [(text.find(written), written) for s in sentences if (written := as_written(s, text))]
    return tuple(Place(document, at, at + len(written)) for at, written in found)


GIVEN_SETS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str]], GivenQuestion]] = {
    "squad1": _squad,
    "squad2": _squad,
    "clapnq": _clapnq,
}
"""The sets whose questions come with a paragraph, by name."""
