"""Ask every question and keep what came of it. questions and Library -> a run's folder.

A run is a folder: settings.json (what was measured), records.jsonl (one question a line; the same bytes for the same
engine), timings.jsonl (seconds, which differ), figures.json, report.md and report.html. A run that was stopped goes on
where it was.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from eval.figures import Seconds, figures, percentiles
from eval.gold import find_gold, texts_on_disk
from eval.html import to_html
from eval.question_set import Question, QuestionSetError
from eval.report import to_markdown
from eval.score import Record, score
from rag.library import Library
from rag.places import bundled
from rag.settings import as_plain

Tell = Callable[[int, int, float], None]
"""Told after each question: how many are done, of how many, seconds since the start."""


def run(library: Library, questions: Sequence[Question], folder: Path, *, tell: Tell | None = None) -> list[Record]:
    """Ask the questions that `folder` has no record of yet; write the run; return its records, in question order.

    Raises `QuestionSetError` when a gold quote stands nowhere, or when `folder` holds a run of something else.
    """
    texts = texts_on_disk(library.sources(), max_bytes=library.settings.max_file_mb * 1_000_000)
    golds = {question.question_id: find_gold(question, texts) for question in questions}
    folder.mkdir(parents=True, exist_ok=True)
    _keep_settings(folder, _measured(library, questions))
    done = {record.question_id for record in read_records(folder)}
    todo = [question for question in questions if question.question_id not in done]
    start = time.perf_counter()
    with (
        (folder / "records.jsonl").open("a", encoding="utf-8") as records,
        (folder / "timings.jsonl").open("a", encoding="utf-8") as timings,
    ):
        for n, question in enumerate(todo, 1):
            answer = library.ask(question.question, history=question.history)
            record = score(question, answer, golds[question.question_id], texts)
            _write(timings, {"question_id": question.question_id, **_rounded(answer.timings)})
            _write(records, dataclasses.asdict(record))
            if tell:
                tell(n, len(todo), time.perf_counter() - start)
    return finish(folder, questions)


def finish(folder: Path, questions: Sequence[Question]) -> list[Record]:
    """Put the records in question order and write the figures and the report; return the records."""
    by_id = {record.question_id: record for record in read_records(folder)}
    records = [by_id[question.question_id] for question in questions if question.question_id in by_id]
    seconds = read_timings(folder)
    _replace(folder / "records.jsonl", (json.dumps(dataclasses.asdict(r), ensure_ascii=False) for r in records))
    summed = {
        "figures": [dataclasses.asdict(figure) for figure in figures(records)],
        "seconds": percentiles(seconds),
        "yardstick_seconds": round(yardstick(), 5),
        "peak_memory_mb": (peak := _peak_memory_mb()),
    }
    _replace(folder / "figures.json", [json.dumps(summed, indent=1)])
    _replace(folder / "report.md", [to_markdown(folder.name, records, seconds, peak_memory_mb=peak)])
    _replace(folder / "report.html", [to_html(folder.name, records, seconds)])
    return records


def read_records(folder: Path) -> list[Record]:
    """Return a run's records. Raises `QuestionSetError` when one cannot be read; a torn last line is left out."""
    path = folder / "records.jsonl"
    if not path.is_file():
        return []
    records = []
    lines = path.read_text("utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            records.append(Record(**json.loads(line)))
        except (ValueError, TypeError) as error:
            if number == len(lines):
                break
            raise QuestionSetError(f"{path}, line {number} is not a record ({error}): run it again.") from error
    if lines[-1].strip():
        _replace(path, (json.dumps(dataclasses.asdict(record), ensure_ascii=False) for record in records))
    return records


def records_of(folder: Path) -> list[Record]:
    """Return a run's records. Raises `QuestionSetError` when the folder holds none."""
    records = read_records(folder)
    if not records:
        raise QuestionSetError(f"{str(folder)!r} holds no run. Make one: python -m eval run --out {folder}")
    return records


def read_timings(folder: Path) -> list[Seconds]:
    """Return the seconds of every answer of a run, by stage."""
    path = folder / "timings.jsonl"
    lines = path.read_text("utf-8").split("\n") if path.is_file() else []
    rows = [json.loads(line) for line in lines if line.endswith("}")]
    return [{stage: took for stage, took in row.items() if stage != "question_id"} for row in rows]


def _measured(library: Library, questions: Sequence[Question]) -> dict[str, Any]:
    asked = hashlib.sha256("\n".join(map(repr, questions)).encode()).hexdigest()
    prompt = hashlib.sha256((bundled("prompts") / "answer.md").read_bytes()).hexdigest()
    return {
        "settings": as_plain(library.settings) | {"min_confidence": library.threshold},
        "model": library.model_name,
        "prompt": prompt,
        "library": library.fingerprint(),
        "questions": asked,
        "n_questions": len(questions),
        "machine": {"system": platform.system(), "python": platform.python_version(), "cores": os.cpu_count()},
    }


def _keep_settings(folder: Path, measured: dict[str, Any]) -> None:
    path = folder / "settings.json"
    if path.is_file():
        before = json.loads(path.read_text("utf-8"))
        changed = [name for name in measured if before.get(name) != measured[name]]
        if changed:
            raise QuestionSetError(
                f"{str(folder)!r} holds a run with another {', '.join(changed)}. Name another folder with --out."
            )
    _replace(path, [json.dumps(measured, indent=1, sort_keys=True)])


def yardstick() -> float:
    """Return the seconds this machine takes now for a fixed piece of work: latencies are compared in units of it."""
    found = []
    for _ in range(5):
        start = time.perf_counter()
        sum(n * n for n in range(300_000))
        found.append(time.perf_counter() - start)
    return min(found)


def _peak_memory_mb() -> int | None:
    """Return the most memory this process has held; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))


def _replace(path: Path, lines: Iterable[str]) -> None:
    """Write a file whole or not at all."""
    new = path.with_suffix(".new")
    new.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    new.replace(path)


def _write(file: Any, row: dict[str, Any]) -> None:
    file.write(json.dumps(row, ensure_ascii=False) + "\n")
    file.flush()


def _rounded(seconds: Seconds) -> dict[str, float]:
    return {stage: round(took, 4) for stage, took in seconds.items()}
