"""What was measured. A figure with its goal -> a row of the table."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: `what` it measures, its `value` in `unit`, its `goal` and whether `met` (None: it has none)."""

    what: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the bench measured: its rows, and what else it leaves for the table and the plots."""

    rows: Sequence[Row]
    more: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """What a part may use: a folder of SQuAD paragraphs (or none), one for what is kept between runs, how far to go."""

    data: Path | None
    kept: Path
    most_passages: int = 100_000
    questions: int = 60


def at_most(what: str, value: float, unit: str, goal: float, note: str = "") -> Row:
    """Return a row whose figure should not be above a goal."""
    return Row(what, value, unit, f"≤ {goal:g}", value <= goal, note)


def at_least(what: str, value: float, unit: str, goal: float, note: str = "") -> Row:
    """Return a row whose figure should not be under a goal."""
    return Row(what, value, unit, f"≥ {goal:g}", value >= goal, note)


def peak_gigabytes() -> float:
    """Return the most memory that this process has held, in GB. Linux counts it in units of 1,024 bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def middle(values: Sequence[float], percent: int = 50) -> float:
    """Return a percentile of some values."""
    return float(np.percentile(values, percent))
