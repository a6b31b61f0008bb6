"""Measure how a follow-up is made searchable. MTRAG's turns with people's rewrites -> shared words, R@5, intervals.

The query made from question and history is compared with the question that a person wrote in its place: by their words,
and by what each of them finds. Beside it stands the last turn as it is, so that what the rewriting brings is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.adapters import file_name, read_rows
from eval.figures import Figure, mean_figure
from eval.metrics.ranking import recall
from rag.library import Library
from rag.records import Query, Turn
from rag.words import content_stems

MakeQuery = Callable[[str, Sequence[Turn]], Query]

_DOCUMENTS = "human_eval_documents"
_DEPTH = 30
_SPEAKER = "|user|:"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A last turn, the questions before it (their answers are not in the set), and a person's standalone form."""

    question: str
    history: tuple[Turn, ...]
    rewrite: str
    gold: tuple[str, ...] = ()
    """The ids of the documents that answer."""


def read_follow_ups(folder: Path) -> list[FollowUp]:
    """Return the turns with a history. Raises `QuestionSetError` for a folder without retrieval_tasks."""
    found = []
    for row in read_rows(folder, "retrieval_tasks"):
        *before, last = _said(row["history_questions"])
        if before:
            gold = tuple(doc for doc, grade in row.get("qrels", {}).items() if int(grade) > 0)
            found.append(
                FollowUp(last, tuple(Turn(turn, "") for turn in before), " ".join(_said(row["rewrite"])), gold)
            )
    return found


def overlap(query: str, rewrite: str) -> tuple[float, float]:
    """Return (recall, precision) of a query's content words, by stem, against a rewrite's; none wanted gives 1."""
    made, wanted = set(content_stems(query)), set(content_stems(rewrite))
    shared = len(made & wanted)
    return (shared / len(wanted) if wanted else 1.0), (shared / len(made) if made else float(not wanted))


def measure_rewrites(turns: Sequence[FollowUp], make_query: MakeQuery) -> tuple[Figure, ...]:
    """Return word recall and precision of last turns and of their queries, also by whether people added words."""
    parts: dict[str, list[float]] = {}
    for turn in turns:
        leans = overlap(turn.question, turn.rewrite)[0] < 1
        for name, text in (("as asked", turn.question), ("as searched", make_query(turn.question, turn.history).text)):
            recall, precision = overlap(text, turn.rewrite)
            groups = ["all", "leaning" if leans else "standing alone"]
            for group in groups:
                parts.setdefault(f"recall, {name} ({group})", []).append(recall)
                parts.setdefault(f"precision, {name} ({group})", []).append(precision)
    return tuple(mean_figure(name, values) for name, values in sorted(parts.items()))


def read_documents(folder: Path) -> dict[str, str]:
    """Return the texts by file name of the documents that come with the answers people judged; `{}` without them."""
    if not any(folder.glob(f"{_DOCUMENTS}.jsonl*")):
        return {}
    rows = {file_name(str(row["id"])): str(row["text"]) for row in read_rows(folder, _DOCUMENTS)}
    return {name: text for name, text in rows.items() if text.strip()}


def measure_found(library: Library, turns: Sequence[FollowUp]) -> tuple[Figure, ...]:
    """Return the share of a turn's documents among the first five found by the last turn, our query, and a person's.

    Turns without a document in the library are left out.
    """
    held = {Path(document.path).name for document in library.documents()}
    found: dict[str, list[float]] = {}
    for turn in turns:
        gold = {name: 1 for name in map(file_name, turn.gold) if name in held}
        if not gold:
            continue
        for name, question, history in (
            ("as asked", turn.question, ()),
            ("as searched", turn.question, turn.history),
            ("as a person wrote it", turn.rewrite, ()),
        ):
            hits = library.search(question, _DEPTH, history=history)
            ranked = list(dict.fromkeys(Path(hit.passage.path).name for hit in hits))
            found.setdefault(f"R@5, {name}", []).append(recall(ranked, gold, 5))
    return tuple(mean_figure(name, values) for name, values in found.items())


def _said(text: str) -> list[str]:
    return [turn.strip() for turn in text.split(_SPEAKER) if turn.strip()]
