"""Sum records up. Records and seconds -> figures with intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.metrics import abstention
from eval.metrics.statistics import bootstrap_interval, bootstrap_of
from eval.score import MEASURES, Record

Seconds = Mapping[str, float]
"""How long each stage of one answer took."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over `n` questions and its 95% bootstrap interval; nan when there are none."""

    name: str
    value: float
    low: float
    high: float
    n: int


def figures(records: Sequence[Record]) -> tuple[Figure, ...]:
    """Return every measure over the records, then how well silence and confidence were placed, claims, conflicts."""
    found = [mean_figure(name, [r.scores[name] for r in records if name in r.scores]) for name in MEASURES]
    silent = [r for r in records if r.outcome == "abstained"]
    unanswerable = [r for r in records if not r.answerable]
    agreeing = [r for r in records if r.kind != "disagree" and r.outcome != "abstained"]
    return (
        *found,
        mean_figure("abstention_precision", [float(not r.answerable) for r in silent]),
        mean_figure("abstention_recall", [float(r.outcome == "abstained") for r in unanswerable]),
        *_confidence_figures(records),
        mean_figure("conflict_false", [float(r.outcome == "conflict") for r in agreeing]),
        mean_figure("claims_supported", [1.0] * _total(records, "n_supported") + [0.0] * _total(records, "n_refused")),
    )


def _confidence_figures(records: Sequence[Record]) -> list[Figure]:
    confidences, answerable = [r.confidence for r in records], [r.answerable for r in records]
    held = [r.answerable and r.scores["right"] == 1 for r in records]
    measured: tuple[tuple[str, Callable[[npt.ArrayLike, npt.ArrayLike], float], list[bool]], ...] = (
        ("abstention_auc", abstention.auc, answerable),
        ("abstention_aurc", abstention.area_under_risk, held),
        ("calibration_error", abstention.calibration_error, answerable),
    )
    return [
        Figure(name, statistic(confidences, truths), *bootstrap_of(statistic, confidences, truths), len(records))
        for name, statistic, truths in measured
    ]


def _total(records: Sequence[Record], counted: str) -> int:
    return sum(getattr(r, counted) for r in records)


def mean_figure(name: str, values: Sequence[float]) -> Figure:
    """Return the mean of some scores and its interval; none give nan."""
    low, high = bootstrap_interval(values)
    return Figure(name, sum(values) / len(values) if values else math.nan, low, high, len(values))


def by_kind(records: Sequence[Record], measure: str) -> tuple[Figure, ...]:
    """Return one measure for each kind of question, in the order in which they come."""
    kinds = dict.fromkeys(record.kind for record in records)
    return tuple(
        mean_figure(kind, [r.scores[measure] for r in records if r.kind == kind and measure in r.scores])
        for kind in kinds
    )


def percentiles(seconds: Sequence[Seconds]) -> dict[str, tuple[float, float]]:
    """Return the median and 95th percentile in seconds of every stage."""
    stages = dict.fromkeys(stage for one in seconds for stage in one)
    found = {}
    for stage in stages:
        took = [one[stage] for one in seconds if stage in one]
        found[stage] = (float(np.percentile(took, 50)), float(np.percentile(took, 95)))
    return found
