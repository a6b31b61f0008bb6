"""Compare two runs question by question. records before and after -> differences, flips, a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics.statistics import holm, mcnemar, paired_bootstrap
from eval.question_set import QuestionSetError
from eval.score import MEASURES, Record

Scores = Mapping[str, Mapping[str, float]]
"""Measure -> question id -> score."""

_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """How a measure changed over the `n` questions that both have: means, 95% interval of the change, adjusted p."""

    measure: str
    n: int
    before: float
    after: float
    low: float
    high: float
    p: float

    @property
    def is_shown(self) -> bool:
        """Whether there is a difference, at p < 0.05."""
        return self.p < _SIGNIFICANT

    @property
    def verdict(self) -> str:
        """One of "better", "worse", "no difference shown"."""
        if not self.is_shown:
            return "no difference shown"
        return "better" if self.after > self.before else "worse"


def scores_of(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    """Return the scores of a run by measure and question."""
    return {name: {r.question_id: r.scores[name] for r in records if name in r.scores} for name in MEASURES}


def differences(before: Scores, after: Scores) -> tuple[Difference, ...]:
    """Return the change of every measure that both runs have, p adjusted for their number (Holm).

    "right", "accuracy" and "declined", which are yes or no, go by McNemar's exact test, the others by the paired
    bootstrap. Raises `QuestionSetError` when the runs share no question.
    """
    found = []
    for measure in MEASURES:
        one, two = before.get(measure, {}), after.get(measure, {})
        shared = sorted(one.keys() & two.keys())
        if not shared:
            continue
        old, new = [one[i] for i in shared], [two[i] for i in shared]
        low, high, p = paired_bootstrap(old, new)
        if measure in ("right", "accuracy", "declined"):
            p = mcnemar([value == 1 for value in old], [value == 1 for value in new])
        found.append(Difference(measure, len(shared), sum(old) / len(old), sum(new) / len(new), low, high, p))
    if not found:
        raise QuestionSetError("The two runs share no question: compare runs of the same question set.")
    adjusted = holm({d.measure: d.p for d in found})
    return tuple(Difference(d.measure, d.n, d.before, d.after, d.low, d.high, adjusted[d.measure]) for d in found)


def flips(before: Sequence[Record], after: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Return the later records of the questions that became right, and of those that became wrong."""
    was = {record.question_id: record.scores["right"] for record in before}
    both = [record for record in after if record.question_id in was]
    won = [r for r in both if r.scores["right"] == 1 > was[r.question_id]]
    lost = [r for r in both if r.scores["right"] < 1 == was[r.question_id]]
    return won, lost


def to_text(found: Sequence[Difference]) -> str:
    """Return the differences as a Markdown table."""
    lines = [
        f"| {'measure':<18} | {'n':>4} | before | after | change | {'95% interval':<18} | {'p':>6} | verdict |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for d in found:
        interval = f"[{d.low:+.3f}, {d.high:+.3f}]"
        lines.append(
            f"| {d.measure:<18} | {d.n:>4} | {d.before:>6.3f} | {d.after:>5.3f} | {d.after - d.before:+.3f} "
            f"| {interval:<18} | {d.p:>6.4f} | {d.verdict} |"
        )
    return "\n".join(lines)
