"""How sure is a figure? per-question scores -> intervals and tests."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
PAIR_RESAMPLES = 2_000


def bootstrap_interval(scores: Sequence[float], *, seed: int = 0, level: float = 0.95) -> tuple[float, float]:
    """Return the percentile bootstrap interval of the mean (Efron 1979), from 10,000 resamples; no scores give nan."""
    values = np.array(scores, float)
    if not len(values):
        return float("nan"), float("nan")
    means = _resampled_means(values, seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bootstrap_of(
    statistic: Callable[[npt.ArrayLike, npt.ArrayLike], float],
    scores: Sequence[float],
    truths: Sequence[bool],
    *,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95% percentile bootstrap interval of a statistic of pairs, from 2,000 resamples; no pairs give nan.

    Resamples in which the statistic is nan (of one kind only) are left out.
    """
    one, two = np.array(scores, float), np.array(truths, bool)
    random = np.random.default_rng(seed)
    picks = random.integers(0, len(one), (PAIR_RESAMPLES, len(one))) if len(one) else np.empty((0, 0), int)
    found = np.array([statistic(one[pick], two[pick]) for pick in picks])
    kept = found[~np.isnan(found)] if len(found) else found
    if not len(kept):
        return float("nan"), float("nan")
    low, high = np.quantile(kept, [0.025, 0.975])
    return float(low), float(high)


def paired_bootstrap(before: Sequence[float], after: Sequence[float], *, seed: int = 0) -> tuple[float, float, float]:
    """Return (low, high, p) of the mean difference after - before over the same questions.

    p is two-sided: twice the smaller share of resamples on the other side of 0, at most 1.
    """
    difference = np.array(after, float) - np.array(before, float)
    if not len(difference):
        return float("nan"), float("nan"), 1.0
    means = _resampled_means(difference, seed)
    low, high = np.quantile(means, [0.025, 0.975])
    p = 2 * min(float((means <= 0).mean()), float((means >= 0).mean()))
    return float(low), float(high), min(1.0, p)


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """Return the exact two-sided p of McNemar's test on questions that flipped; none flipped gives 1."""
    lost = sum(b and not a for b, a in zip(before, after, strict=True))
    won = sum(a and not b for b, a in zip(before, after, strict=True))
    n = lost + won
    tail = sum(math.comb(n, i) for i in range(min(lost, won) + 1)) / 2**n
    return min(1.0, 2.0 * float(tail))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return p-values adjusted for their number (Holm 1979), by name."""
    adjusted: dict[str, float] = {}
    running = 0.0
    for n, (name, p) in enumerate(sorted(p_values.items(), key=lambda pair: pair[1])):
        running = max(running, min(1.0, p * (len(p_values) - n)))
        adjusted[name] = running
    return adjusted


def _resampled_means(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], seed: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    random = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    step = max(1, 4_000_000 // len(values))
    for at in range(0, RESAMPLES, step):
        n = min(step, RESAMPLES - at)
        means[at : at + n] = values[random.integers(0, len(values), (n, len(values)))].mean(axis=1)
    return means
