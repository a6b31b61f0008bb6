"""Measure answers when the paragraph is given: what is left when searching is taken away. GivenSet -> figures.

Every question is asked of its own document alone and always answered, with a confidence; which of the answers count as
silence is decided afterwards, by the library's threshold, and by the best there is (as SQuAD's own evaluation does).
"""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.figures import Figure, mean_figure
from eval.given_sets import GivenQuestion
from eval.metrics import answers, places
from eval.metrics.places import Place
from eval.question_set import QuestionSetError
from rag.library import Library
from rag.records import Answer

K_SENTENCES = 3
"""How many of the best sentences are compared with the gold ones, beside the very best."""


@dataclass(frozen=True, slots=True)
class Given:
    """What became of one question: the words found, how sure that is, and how good they are if they are shown."""

    question_id: str
    answerable: bool
    answer: str
    confidence: float
    exact: float
    f1: float
    first_sentence_f1: float | None = None
    three_sentences_f1: float | None = None
    shown_sentences_f1: float | None = None


def ask_given(
    library: Library,
    questions: Sequence[GivenQuestion],
    folder: Path,
    *,
    tell: Callable[[int, int, float], None] | None = None,
) -> list[Given]:
    """Ask what `folder` has no row of yet; `library` must answer everything (`min_confidence` 0) and only quote.

    Raises `QuestionSetError` when given.jsonl there cannot be read.
    """
    known = {Path(document.path).name: document.doc_id for document in library.documents()}
    path = folder / "given.jsonl"
    done = {row.question_id: row for row in read_given_rows(path)}
    todo = [question for question in questions if question.question_id not in done]
    start = time.perf_counter()
    with path.open("a", encoding="utf-8") as rows:
        for n, question in enumerate(todo, 1):
            row = score_given(question, library.ask(question.question, only=(known[question.document],)))
            done[row.question_id] = row
            rows.write(json.dumps(dataclasses.asdict(row), ensure_ascii=False) + "\n")
            rows.flush()
            if tell:
                tell(n, len(todo), time.perf_counter() - start)
    return [done[question.question_id] for question in questions]


def score_given(question: GivenQuestion, told: Answer) -> Given:
    """Return the row of a question: its answer is the reader's words in the best sentence, or all of that."""
    evidence, confidence = told.prompt.evidence, told.prompt.confidence
    found = evidence[0].answer_text if evidence else ""
    answer = found or (evidence[0].text if evidence else "")
    golds = question.answers or ("",)
    row = Given(
        question_id=question.question_id,
        answerable=question.answerable,
        answer=answer,
        confidence=round(confidence, 4) if evidence else 0.0,
        exact=answers.exact_match(answer, golds),
        f1=round(answers.token_f1(answer, golds), 6),
    )
    if not question.sentences:
        return row
    scores = []
    for some in (evidence[:1], evidence[:K_SENTENCES], told.citations):
        shown = [Place(question.document, one.start, one.end) for one in some]
        scores.append(round(max(places.f1(shown, gold) for gold in question.sentences), 6))
    first, three, cited = scores
    return dataclasses.replace(row, first_sentence_f1=first, three_sentences_f1=three, shown_sentences_f1=cited)


def read_given_rows(path: Path) -> list[Given]:
    """Return the rows of a file that was begun; none when there is none. A torn last line is left out."""
    if not path.is_file():
        return []
    text = path.read_text("utf-8")
    try:
        rows = [Given(**json.loads(line)) for line in text.split("\n")[:-1]]
    except (ValueError, TypeError) as error:
        raise QuestionSetError(f"{path} cannot be read ({error}): name another folder with --out.") from error
    if not text.endswith("\n"):
        path.write_text(text[: text.rfind("\n") + 1], "utf-8", newline="\n")
    return rows


def figures_at(rows: Sequence[Given], threshold: float) -> tuple[Figure, ...]:
    """Return the figures when answers under a threshold are silence; those that a set has no golds for are left out."""
    yes, no = [row for row in rows if row.answerable], [row for row in rows if not row.answerable]
    parts: dict[str, list[float]] = {"answered (answerable)": [float(r.confidence >= threshold) for r in yes]}
    if any(row.first_sentence_f1 is not None for row in rows):
        for name in ("first_sentence_f1", "three_sentences_f1", "shown_sentences_f1"):
            told = [(r, getattr(r, name)) for r in yes if getattr(r, name) is not None]
            parts[f"{name} (answerable)"] = [value if r.confidence >= threshold else 0.0 for r, value in told]
    else:
        for name, some in (("answerable", yes), ("all", list(rows))):
            parts[f"exact match ({name})"] = [_at(row, row.exact, threshold) for row in some]
            parts[f"F1 ({name})"] = [_at(row, row.f1, threshold) for row in some]
    parts["declined (unanswerable)"] = [_at(row, 0.0, threshold) for row in no]
    return tuple(mean_figure(name, values) for name, values in parts.items() if values)


def best_threshold(rows: Sequence[Given]) -> float:
    """Return the threshold with the best F1 over all rows; chosen with the answers known, it flatters."""
    total = sum(float(not row.answerable) for row in rows)
    best = (total, math.inf)
    for row in sorted(rows, key=lambda r: -r.confidence):
        total += row.f1 if row.answerable else -1.0
        best = max(best, (total, row.confidence))
    return best[1]


def _at(row: Given, value: float, threshold: float) -> float:
    if row.confidence < threshold:
        return float(not row.answerable)
    return value if row.answerable else 0.0
