"""Fail when a run is significantly worse than the baseline that a person set. records -> what became worse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.compare import Difference, differences, scores_of
from eval.question_set import QuestionSetError
from eval.score import Record

BASELINE = Path(__file__).parent / "baseline.json"


def worse(records: Sequence[Record], baseline: Path = BASELINE) -> list[Difference]:
    """Return the measures significantly worse than the baseline. Raises `QuestionSetError` if that is missing."""
    try:
        before = json.loads(baseline.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionSetError(
            f"The baseline {str(baseline)!r} cannot be read ({error}). Set one: python -m eval gate RUN --set-baseline"
        ) from error
    return [d for d in differences(before, scores_of(records)) if d.verdict == "worse"]


def set_baseline(records: Sequence[Record], baseline: Path = BASELINE) -> None:
    """Make these records the baseline."""
    scores = scores_of(records)
    rows = [f"{json.dumps(name)}: {json.dumps(scores[name], sort_keys=True)}" for name in sorted(scores)]
    baseline.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8", newline="\n")
