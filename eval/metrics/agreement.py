"""Do two raters agree? two lists of scores -> figures in [-1, 1]; the second may be the mean of several people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def spearman(one: Sequence[float], two: Sequence[float]) -> float:
    """Return the rank correlation (Spearman 1904), ties at their mean rank; nan when one rater never varies."""
    a, b = _ranks(np.array(one, float)), _ranks(np.array(two, float))
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def weighted_kappa(one: Sequence[int], two: Sequence[int]) -> float:
    """Return Cohen's kappa with quadratic weights (Cohen 1968): 1 is full agreement, 0 that of chance.

    nan when chance alone would make no disagreement, as when both always give the same score.
    """
    a, b = np.array(one, float), np.array(two, float)
    if not len(a):
        return float("nan")
    chance = float(((a[:, None] - b[None, :]) ** 2).mean())
    return 1 - float(((a - b) ** 2).mean()) / chance if chance else float("nan")


def _ranks(values: Floats) -> Floats:
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") + 1) / 2
