"""Name the public question sets that can be read. A name and a folder -> documents and Questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from eval.adapters import PublicSet, chunking, clapnq, hotpotqa, realtimeqa, squad
from eval.judged_sets import beir, mtrag
from eval.question_set import QuestionSetError

SETS: Mapping[str, Callable[[Path], PublicSet]] = {
    "squad1": squad,
    "squad2": squad,
    "clapnq": clapnq,
    "realtimeqa": realtimeqa,
    "hotpotqa": hotpotqa,
    "chunking": chunking,
    "beir": beir,
    "scifact": beir,
    "mtrag": mtrag,
}
"""The adapters by name."""


def read_set(name: str, folder: Path, *, limit: int | None = None, seed: int = 0) -> PublicSet:
    """Return a set, or a random part of it of `limit` questions that the seed decides; the documents stay whole.

    Raises `QuestionSetError` for a name that is not in `SETS` and for a folder that does not hold it.
    """
    if name not in SETS:
        raise QuestionSetError(f"There is no adapter {name!r}. There are: {', '.join(sorted(SETS))}.")
    found = SETS[name](folder)
    questions = [q for q in found.questions if not q.answerable or q.quotes]
    if limit is not None and limit < len(questions):
        questions = Random(seed).sample(questions, limit)
    return PublicSet(found.texts, tuple(questions))
