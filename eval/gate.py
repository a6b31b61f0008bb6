"""Fail when a run is significantly worse than the baseline that a person set. a run's folder -> what became worse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eval.compare import differences, scores_of
from eval.question_set import QuestionSetError
from eval.run import read_records

BASELINE = Path(__file__).parent / "baseline.json"

_SLOWER = 1.5
"""The median answer may take this many times as long as the baseline's, each in units of its machine's yardstick."""


def worse(run: Path, baseline: Path = BASELINE, *, latency: bool = True) -> list[str]:
    """Return a sentence for each figure that is significantly worse than the baseline; with `latency` also for speed.

    Raises `QuestionSetError` when the baseline is missing or shares no question with the run.
    """
    if not baseline.is_file():
        raise QuestionSetError(
            f"There is no baseline yet ({str(baseline)!r}): nothing can be worse than it. Make a run "
            "(python -m eval run --quick --out RUN), look at it, and set it: python -m eval gate RUN --set-baseline"
        )
    try:
        before = json.loads(baseline.read_text("utf-8"))
        scores, slow = before["scores"], float(before["latency"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(
            f"The baseline {str(baseline)!r} cannot be read ({error!r}). Set it anew: "
            "python -m eval gate RUN --set-baseline"
        ) from error
    found = [
        f"{d.measure} fell from {d.before:.3f} to {d.after:.3f} over {d.n} questions (p = {d.p:.4f})."
        for d in differences(scores, scores_of(read_records(run)))
        if d.verdict == "worse"
    ]
    slower = _latency(run) / slow if latency else 0.0
    if slower > _SLOWER:
        found.append(f"The median answer takes {slower:.1f} times as long as the baseline's.")
    return found


def set_baseline(run: Path, baseline: Path = BASELINE) -> None:
    """Make a run the baseline."""
    scores = scores_of(read_records(run))
    rows = [f" {json.dumps(name)}: {json.dumps(scores[name], sort_keys=True)}" for name in sorted(scores)]
    text = f'{{"latency": {_latency(run):.2f},\n"scores": {{\n' + ",\n".join(rows) + "\n}}\n"
    baseline.write_text(text, "utf-8", newline="\n")


def _latency(run: Path) -> float:
    """Return the median seconds of an answer, in units of the yardstick."""
    summed: dict[str, Any] = json.loads((run / "figures.json").read_text("utf-8"))
    return float(summed["seconds"]["total"][0] / summed["yardstick_seconds"])
