"""Measure how a follow-up is made searchable. MTRAG's turns with people's rewrites -> word overlap, with intervals.

Nothing is searched: the query made from question and history is compared with the question that a person wrote in its
place. Beside it stands the last turn as it is, so that what the rewriting brings is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.adapters import read_rows
from eval.figures import Figure, mean_figure
from rag.records import Query, Turn
from rag.words import content_stems

MakeQuery = Callable[[str, Sequence[Turn]], Query]

_SPEAKER = "|user|:"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A last turn, the questions before it (their answers are not in the set), and a person's standalone form."""

    question: str
    history: tuple[Turn, ...]
    rewrite: str


def read_follow_ups(folder: Path) -> list[FollowUp]:
    """Return the turns with a history. Raises `QuestionSetError` for a folder without retrieval_tasks."""
    found = []
    for row in read_rows(folder, "retrieval_tasks"):
        *before, last = _said(row["history_questions"])
        if before:
            found.append(FollowUp(last, tuple(Turn(turn, "") for turn in before), " ".join(_said(row["rewrite"]))))
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


def _said(text: str) -> list[str]:
    return [turn.strip() for turn in text.split(_SPEAKER) if turn.strip()]
