"""Find out whether a model may write sentences of its own. Writing -> "compose" or "quote", measured once."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Literal

from rag.answering.write import Writing
from rag.records import Evidence, Hit, Passage, Prompt, Query, Span

Mode = Literal["compose", "quote"]

_CASES = (
    ("The old mill at Brackley was sold to a family of bakers in 1911.", "When was the mill sold?", "1911"),
    ("Nurse Ida Holm opened the first clinic after the epidemic.", "Who opened the clinic?", "Holm"),
    ("The lake freezes in December, so the ferry does not run then.", "Why does the ferry not run?", "freez"),
    ("The museum shows 300 clocks; the oldest came from Nuremberg.", "Where is the oldest from?", "Nuremberg"),
)
_LEAST_PASSED = 3


def measured_mode(writing: Writing, model_file: Path, notes: Path) -> Mode:
    """Return "compose" when the model answers at least three of four plain questions with a sentence that passes.

    What was found is kept in `notes` beside the file's size and time, and measured again only for another file.
    """
    status = model_file.stat()
    key = f"{model_file.name}-{status.st_size}-{status.st_mtime_ns}"
    try:
        kept: dict[str, Mode] = json.loads(notes.read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    if key not in kept:
        logging.getLogger("footnote").info("Trying out the model %s, once ...", model_file.name)
        passed = sum(_passes(writing, *case) for case in _CASES)
        kept[key] = "compose" if passed >= _LEAST_PASSED else "quote"
        notes.parent.mkdir(parents=True, exist_ok=True)
        notes.write_text(json.dumps(kept, indent=1), "utf-8")
    return kept[key]


def _passes(writing: Writing, sentence: str, question: str, wanted: str) -> bool:
    passage = Passage("0", "0", "", "", (), sentence, 0, len(sentence), (Span(0, len(sentence)),))
    hit = Hit(passage, 1.0, 1)
    prompt = Prompt(question, Query(question, question), (hit,), (Evidence(hit, 0, len(sentence), 1.0),))
    claims = list(writing.claims(writing.prompt(prompt, n_sure=1), None))[-1]
    return any(claim.verdict == "supported" and wanted in claim.text for claim in claims)
