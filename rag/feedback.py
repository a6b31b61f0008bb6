"""Keep what a person thought of answers, beside the library. Judgement -> feedback.jsonl and rows of a question set."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

_NAME = "feedback.jsonl"
_SET_NAME = "questions.jsonl"
_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person thought of one answer.

    `verdict` is "right" or "wrong"; `reason` is why, in their words. Of a wrong answer: `right_answer` is what would
    have been right, or `should_decline` says that the documents do not answer the question.
    """

    question: str
    answer: str
    verdict: Literal["right", "wrong"] = "wrong"
    reason: str = ""
    right_answer: str = ""
    should_decline: bool = False
    history: tuple[tuple[str, str], ...] = ()


def keep_judgement(folder: Path, judgement: Judgement) -> None:
    """Add a judgement to a library's feedback."""
    row = json.dumps(asdict(judgement), ensure_ascii=False)
    with _writing, (folder / _NAME).open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def read_feedback(folder: Path) -> list[tuple[str, str]]:
    """Return (question, answer) for each thing found wrong, oldest first, each question once with its last answer."""
    path = folder / _NAME
    rows = [json.loads(line) for line in _lines(path) if line.endswith("}")]
    last = {row["question"]: row for row in rows}
    return [(row["question"], row["answer"]) for row in last.values() if row.get("verdict", "wrong") == "wrong"]


def own_questions(folder: Path) -> Path:
    """Return where the question set lies that grows from a library's feedback; `python -m eval run` reads it."""
    return folder / _SET_NAME


def keep_question(folder: Path, judgement: Judgement, documents: Iterable[tuple[str, str]]) -> str:
    """Make a wrong answer a row of the person's own question set, in place of one for the same question.

    `documents` are file names with their texts. Returns "" or, when it could not be one, why not: a right answer must
    stand in a document, word for word, because a question is measured by the places that support its answer.
    """
    quotes: list[Mapping[str, str]] = []
    if judgement.should_decline:
        kind = "not in the documents"
    elif judgement.right_answer.strip():
        kind = "fact"
        found = (_quote(name, text, judgement.right_answer.strip()) for name, text in documents)
        quotes = [quote for quote in found if quote]
        if not quotes:
            return "These words stand in no document. Give the answer as a document has it, word for word."
    else:
        return "Say what would have been right, or that the documents do not answer it."
    _replace_row(own_questions(folder), judgement, kind, quotes)
    return ""


def _replace_row(path: Path, judgement: Judgement, kind: str, quotes: Sequence[Mapping[str, str]]) -> None:
    with _writing:
        kept = [line for line in _lines(path) if line.strip() and json.loads(line)["question"] != judgement.question]
        taken = {json.loads(line)["id"] for line in kept}
        number = next(n for n in range(1, len(kept) + 2) if f"own-{n}" not in taken)
        row = {
            "id": f"own-{number}",
            "kind": "follow-up" if judgement.history else kind,
            "question": judgement.question,
            "history": [{"question": question, "answer": answer} for question, answer in judgement.history],
            "answerable": not judgement.should_decline,
            "answers": [] if judgement.should_decline else [[judgement.right_answer.strip()]],
            "quotes": list(quotes),
        }
        new = path.with_suffix(".new")
        new.write_text("\n".join([*kept, json.dumps(row, ensure_ascii=False)]) + "\n", "utf-8", newline="\n")
        new.replace(path)


def _lines(path: Path) -> list[str]:
    """Return a file's rows; other signs at which Python would end a line may stand inside a row."""
    return path.read_text("utf-8").split("\n") if path.is_file() else []


def _quote(name: str, text: str, words: str) -> Mapping[str, str]:
    """Return the line of a document in which the words first stand, as a quote; empty when they do not."""
    found = re.search(re.escape(words), text, re.IGNORECASE)
    if not found:
        return {}
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    return {"document": name, "text": text[start : end if end >= 0 else None].strip()}
