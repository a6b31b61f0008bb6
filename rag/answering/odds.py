"""Weigh signs into a probability. signs and fitted weights (JSON) -> log odds -> probability."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.errors import ModelError


def dot(weights: Sequence[float], signs: Sequence[float]) -> float:
    """Return the sum of signs, each times its weight."""
    return sum(w * s for w, s in zip(weights, signs, strict=True))


def logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)), x held between -50 and 50."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, x))))


def log_odds(share: float, least: float = 0.001) -> float:
    """Return ln(p / (1 - p)), p held between `least` and 1 - `least`."""
    bounded = min(1 - least, max(least, share))
    return math.log(bounded / (1 - bounded))


def near(best: float, other: float, gap: float) -> bool:
    """Return whether a score in [0, 1] lies at most `gap` below the best one, in log odds."""
    return log_odds(best, 1e-9) - log_odds(other, 1e-9) <= gap


def read_weights(path: Path, names: Mapping[str, Sequence[str]]) -> dict[str, tuple[float, ...]]:
    """Return the groups of weights in a file, each in the order of its names.

    Raises `ModelError` when the file does not hold them.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        return {group: tuple(float(found[group][name]) for name in signs) for group, signs in names.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The weights {str(path)!r} cannot be read ({error}). Install Footnote again.") from error


def write_weights(path: Path, names: Mapping[str, Sequence[str]], weights: Mapping[str, Sequence[float]]) -> None:
    """Write groups of weights as JSON, by name."""
    named = {group: dict(zip(signs, weights[group], strict=True)) for group, signs in names.items()}
    path.write_text(json.dumps(named, indent=1) + "\n", "utf-8")
