"""Time questions over the bundled articles, stage by stage. -> p50 and p95; right answers."""

from __future__ import annotations

import time
from pathlib import Path

from bench.rows import Options, Part, Row, at_most, middle, peak_gigabytes
from bench.starts import seeds_library
from eval.metrics.answers import gold_in_answer
from eval.question_set import Question, half, read_questions
from rag import Library, open_library

QUESTIONS = Path(__file__).parent.parent / "eval" / "questions" / "seeds.jsonl"
_COMPARED = 20


def measure(options: Options) -> Part:
    """Return the seconds of each stage over questions of the dev half, those that the peers are asked among them."""
    library = open_library(at=seeds_library(options))
    library.warm()
    compared = compared_questions()
    others = [question for question in dev_questions() if question not in compared]
    asked = [*compared, *others[: max(0, options.questions - len(compared))]]
    for question in asked[:3]:
        library.ask(question.question)
    times = [ask_timed(library, question) for question in asked]
    stages = [
        Row(f"stage: {stage}, {told}", middle([t[stage] for t in times if stage in t], p), "s")
        for stage in ("search", "evidence", "check")
        for p, told in ((50, "p50"), (95, "p95"))
    ]
    rows = [
        at_most("question to the first quote, p50", middle([t["first"] for t in times]), "s", 0.3),
        Row("question to the first quote, p95", middle([t["first"] for t in times], 95), "s"),
        at_most("question to the finished answer, p50", middle([t["total"] for t in times]), "s", 0.8),
        at_most("question to the finished answer, p95", middle([t["total"] for t in times], 95), "s", 2),
        Row("processor time of a question, p50", middle([t["processor"] for t in times]), "s"),
        *stages,
        Row("memory with all models loaded, at its peak", peak_gigabytes(), "GB"),
    ]
    library.close()
    return Part(rows, {"compared": summary(times[: len(compared)], compared), "questions": len(asked)})


def dev_questions() -> list[Question]:
    """Return the questions of the dev half that stand alone."""
    return [q for q in read_questions(QUESTIONS) if half(q) == "dev" and not q.history]


def compared_questions() -> list[Question]:
    """Return the questions that everybody is asked: spread evenly over the dev half."""
    found = dev_questions()
    return [found[n * len(found) // _COMPARED] for n in range(_COMPARED)]


def ask_timed(library: Library, question: Question) -> dict[str, float]:
    """Return the seconds to the first quote, of each stage, of it all; and whether the answer is `right`."""
    start, used = time.perf_counter(), time.process_time()
    first = 0.0
    for answer in library.stream(question.question):  # noqa: B007  # the last one is judged below
        first = first or time.perf_counter() - start
    total, processor = time.perf_counter() - start, time.process_time() - used
    silent = answer.outcome == "abstained"
    right = gold_in_answer(answer.text, question.answers) if question.answerable else float(silent)
    stages = {stage: answer.timings[stage] for stage in ("search", "evidence", "check") if stage in answer.timings}
    return {**stages, "first": first, "total": total, "processor": processor, "right": right}


def summary(times: list[dict[str, float]], questions: list[Question]) -> dict[str, float]:
    """Return what is compared: medians, and right answers of those to questions with an answer and of those without."""
    answerable = [t["right"] for t, q in zip(times, questions, strict=True) if q.answerable]
    others = [t["right"] for t, q in zip(times, questions, strict=True) if not q.answerable]
    return {
        "first_p50": middle([t["first"] for t in times]), "first_p95": middle([t["first"] for t in times], 95),
        "total_p50": middle([t["total"] for t in times]), "total_p95": middle([t["total"] for t in times], 95),
        "right": sum(answerable), "answerable": len(answerable), "declined": sum(others), "unanswerable": len(others),
    }  # fmt: skip
