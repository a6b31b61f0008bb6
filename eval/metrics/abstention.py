"""Does it know when to be silent? confidences and outcomes -> risk, coverage, calibration."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def risk_coverage(confidences: npt.ArrayLike, right: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return coverage and risk when the n most confident are answered, n = 1 ...: both `(n,)`, in [0, 1].

    Risk is the share of those answered that are wrong (El-Yaniv & Wiener 2010). Ties keep their order.
    """
    order = np.argsort(-np.array(confidences, float), kind="stable")
    wrong = 1.0 - np.array(right, float)[order]
    counts = np.arange(1, len(wrong) + 1)
    return counts / max(1, len(wrong)), np.cumsum(wrong) / counts


def area_under_risk(confidences: npt.ArrayLike, right: npt.ArrayLike) -> float:
    """Return the mean risk over all coverages (AURC, Geifman & El-Yaniv 2017): lower is better; nothing gives nan."""
    _, risk = risk_coverage(confidences, right)
    return float(risk.mean()) if len(risk) else float("nan")


def auc(confidences: npt.ArrayLike, answerable: npt.ArrayLike) -> float:
    """Return the chance that an answerable question gets more confidence than an unanswerable one; ties count half.

    Mann & Whitney's U over its greatest value (Hanley & McNeil 1982); one of the two kinds missing gives nan.
    """
    scores, yes = np.array(confidences, float), np.array(answerable, bool)
    one, two = scores[yes], np.sort(scores[~yes])
    if not len(one) or not len(two):
        return float("nan")
    under, upto = np.searchsorted(two, one, "left"), np.searchsorted(two, one, "right")
    return float((under + upto).sum() / (2 * len(one) * len(two)))


def calibration_error(confidences: npt.ArrayLike, right: npt.ArrayLike, bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal width (Guo et al. 2017), in [0, 1]; none give nan."""
    scores, hit = np.array(confidences, float), np.array(right, float)
    if not len(scores):
        return float("nan")
    place = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=scores - hit, minlength=bins)
    return float(np.abs(gaps).sum() / len(scores))
