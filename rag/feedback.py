"""Keep the questions whose answers a person found wrong, beside the library. question and answer -> feedback.jsonl."""

from __future__ import annotations

import json
import threading
from pathlib import Path

_NAME = "feedback.jsonl"
_writing = threading.Lock()


def keep_feedback(folder: Path, question: str, answer: str) -> None:
    """Add a question and the answer that was wrong to a library's feedback."""
    row = json.dumps({"question": question, "answer": answer}, ensure_ascii=False)
    with _writing, (folder / _NAME).open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def read_feedback(folder: Path) -> list[tuple[str, str]]:
    """Return (question, answer) for each thing found wrong, oldest first, each question once with its last answer."""
    path = folder / _NAME
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    rows = [json.loads(line) for line in lines if line.endswith("}")]
    return list({row["question"]: (row["question"], row["answer"]) for row in rows}.values())
