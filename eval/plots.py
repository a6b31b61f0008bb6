"""Draw a run as small SVG plots that need no script. records and seconds -> HTML figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from html import escape

import numpy as np

from eval.compare import Difference
from eval.figures import Figure, Seconds, by_kind, percentiles
from eval.metrics.abstention import risk_coverage
from eval.score import Record

_WIDTH, _HEIGHT, _EDGE = 320, 220, 36
_LABEL = 132
_BINS = 10
_LEAST_CHANGE = 0.05
"""A plot of changes reaches at least so far to both sides."""

Points = Sequence[tuple[float, float]]


def plots(records: Sequence[Record], seconds: Sequence[Seconds]) -> str:
    """Return the plots: risk over coverage, calibration, right by kind, rank of gold, seconds by stage."""
    held = [r.answerable and r.scores["right"] == 1 for r in records]
    coverage, risk = risk_coverage([r.confidence for r in records], held)
    stages = sorted(percentiles(seconds).items(), key=lambda stage: stage[1])
    return "".join(
        (
            _curve("Risk when only the surest are answered", "share answered", list(zip(coverage, risk, strict=True))),
            _curve("Share answerable for the confidence given", "confidence", _calibration(records), measured=False),
            _bars("Right, by kind of question, with 95% intervals", by_kind(records, "right")),
            _bars("Rank of the first gold sentence, share of the answerable", _ranks(records)),
            _bars(
                "Seconds by stage: median, and pale the 95th percentile",
                [Figure(stage, p50, math.nan, p95, 0) for stage, (p50, p95) in stages],
            ),
        )
    )


def changes(title: str, found: Sequence[Difference]) -> str:
    """Return a dot for how each measure changed and a line for its interval, around a line at no change."""
    most = max(_LEAST_CHANGE, *(max(abs(d.low), abs(d.high)) for d in found))
    room = (_WIDTH - _LABEL - 16) / 2
    middle = _LABEL + room
    rows = [f'<line class="axis" x1="{middle}" x2="{middle}" y1="4" y2="{8 + 22 * len(found)}"/>']
    for n, d in enumerate(found):
        y = 15 + 22 * n
        low, high, dot = (middle + room * value / most for value in (d.low, d.high, d.after - d.before))
        rows += [
            f'<text x="0" y="{y + 4}">{escape(d.measure)}</text>',
            f'<line class="range" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>',
            f'<circle class="dot" cx="{dot:.1f}" cy="{y}" r="4"/>',
        ]
    foot = 24 + 22 * len(found)
    ends = (("start", _LABEL, f"−{most:.2f}"), ("middle", middle, "no change"), ("end", _WIDTH - 16, f"+{most:.2f}"))
    rows += [f'<text x="{x:g}" y="{foot}" text-anchor="{anchor}">{words}</text>' for anchor, x, words in ends]
    return _figure(title, foot + 6, "".join(rows))


def _ranks(records: Sequence[Record]) -> list[Figure]:
    found = Counter(r.gold_rank for r in records if r.answerable)
    total = found.total() or 1
    parts = {"1": [1], "2": [2], "3": [3], "4 to 10": list(range(4, 11)), "not found": [0]}
    return [
        Figure(name, sum(found[n] for n in ranks) / total, math.nan, math.nan, total) for name, ranks in parts.items()
    ]


def _calibration(records: Sequence[Record]) -> list[tuple[float, float]]:
    """Return the mean confidence and the share answerable of each tenth that has records."""
    place = [min(int(r.confidence * _BINS), _BINS - 1) for r in records]
    groups = [[r for r, at in zip(records, place, strict=True) if at == n] for n in range(_BINS)]
    return [
        (float(np.mean([r.confidence for r in some])), float(np.mean([r.answerable for r in some])))
        for some in groups
        if some
    ]


def _curve(title: str, below: str, points: Points, *, measured: bool = True) -> str:
    """Return a line through points in [0, 1] x [0, 1]; without `measured` with dots, and the diagonal to compare.

    A single point, through which there is no line, is a dot.
    """
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    line = f'<polyline class="curve" points="{path}"/>' if path else ""
    if not measured or len(points) == 1:
        line += "".join(f'<circle class="dot" cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="3"/>' for x, y in points)
    if not measured:
        line += f'<line class="axis" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke-dasharray="3 3"/>'
    marks = "".join(
        f'<text x="{_x(v)}" y="{_HEIGHT - 20}" text-anchor="middle">{v:g}</text>'
        f'<text x="{_EDGE - 6}" y="{_y(v) + 4}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.25, 0.5, 0.75, 1)
    )
    marks += f'<text x="{_x(0.5)}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(below)}</text>'
    frame = f'<rect class="axis" x="{_x(0)}" y="{_y(1)}" width="{_x(1) - _x(0)}" height="{_y(0) - _y(1)}"/>'
    return _figure(title, _HEIGHT, frame + line + marks)


def _bars(title: str, values: Sequence[Figure]) -> str:
    """Return a bar for each value, from 0; an interval is a line, a `high` without `low` a paler bar behind."""
    shown = [figure for figure in values if not math.isnan(figure.value)]
    most = max((max(f.value, 0.0 if math.isnan(f.high) else f.high) for f in shown), default=1.0) or 1.0
    room = (_WIDTH - _LABEL - 64) / most
    rows = "".join(_bar_row(f, 8 + 22 * n, room) for n, f in enumerate(shown))
    return _figure(title, 16 + 22 * len(shown), rows)


def _bar_row(f: Figure, top: int, room: float) -> str:
    last = room * (f.value if math.isnan(f.high) else f.high)
    pale = math.isnan(f.low) and not math.isnan(f.high)
    told = f"{f.value:.2f} · {f.high:.2f}" if pale else f"{f.value:.2f}"
    line = f'x1="{_LABEL + room * f.low:.1f}" x2="{_LABEL + last:.1f}" y1="{top + 7}" y2="{top + 7}"'
    return (
        (_bar(top, last, "bar pale") if pale else "")
        + _bar(top, room * f.value, "bar")
        + ("" if math.isnan(f.low) else f'<line class="range" {line}/>')
        + f'<text x="0" y="{top + 11}">{escape(f.name)}</text>'
        + f'<text x="{_LABEL + 4 + last:.1f}" y="{top + 11}">{told}</text>'
    )


def _bar(top: int, width: float, style: str) -> str:
    return f'<rect class="{style}" x="{_LABEL}" y="{top}" width="{width:.1f}" height="14"/>'


def _figure(title: str, height: int, inside: str) -> str:
    drawn = f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">{inside}</svg>'
    return f"<figure>{drawn}<figcaption>{escape(title)}</figcaption></figure>"


def _x(value: float) -> float:
    return _EDGE + value * (_WIDTH - _EDGE - 12)


def _y(value: float) -> float:
    return _HEIGHT - _EDGE - 4 - value * (_HEIGHT - _EDGE - 14)
