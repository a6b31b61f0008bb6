"""Choose when to be silent, for a risk that a person states. records of a run that never was -> threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.question_set import QuestionSetError
from eval.score import Record


@dataclass(frozen=True, slots=True)
class Point:
    """What answering from `threshold` on would mean: the share answered, the share of those wrong, its 95% interval."""

    threshold: float
    coverage: float
    risk: float
    low: float
    high: float


def curve(records: Sequence[Record]) -> tuple[Point, ...]:
    """Return a point for each confidence met, the most silent first; the records answer everything."""
    found = []
    for threshold in sorted({r.confidence for r in records}, reverse=True):
        answered = [r for r in records if r.confidence >= threshold]
        wrong = sum(not (r.answerable and r.scores["right"] == 1) for r in answered)
        low, high = _interval(wrong, len(answered))
        found.append(Point(threshold, len(answered) / len(records), wrong / len(answered), low, high))
    return tuple(found)


def choose(points: Sequence[Point], risk: float) -> Point:
    """Return the point that answers most with at most `risk` of the answers wrong.

    Raises `QuestionSetError` when no threshold keeps the risk that low.
    """
    kept = [point for point in points if point.risk <= risk]
    if not kept:
        best = min(points, key=lambda point: point.risk)
        raise QuestionSetError(
            f"No threshold keeps the risk at {risk:.0%}: the least reached is {best.risk:.0%}. State a higher one."
        )
    return max(kept, key=lambda point: point.coverage)


def to_text(points: Sequence[Point], before: float, chosen: Point, rows: int = 12) -> str:
    """Return the curve as a table, the threshold in use and the chosen one marked."""
    now = min(points, key=lambda p: (abs(p.threshold - before), p.threshold))
    step = max(1, len(points) // rows)
    shown = sorted({*points[::step], now, chosen}, key=lambda p: -p.threshold)
    lines = ["threshold  answered  wrong  95% interval"]
    for p in shown:
        mark = " <- now" * (p == now) + " <- chosen" * (p == chosen)
        lines.append(f"{p.threshold:9.3f}  {p.coverage:8.2f}  {p.risk:5.2f}  [{p.low:.2f}, {p.high:.2f}]{mark}")
    return "\n".join(lines)


def _interval(wrong: int, n: int) -> tuple[float, float]:
    """Return the exact 95% interval of a share (Clopper & Pearson 1934)."""
    from scipy.stats import beta

    low = float(beta.ppf(0.025, wrong, n - wrong + 1)) if wrong else 0.0
    high = float(beta.ppf(0.975, wrong + 1, n - wrong)) if wrong < n else 1.0
    return low, high
