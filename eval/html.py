"""Show a run as one HTML file that needs nothing else: figures, curves, the worst questions. records -> HTML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from eval.figures import Figure, Seconds, by_kind, figures, percentiles
from eval.metrics.abstention import risk_coverage
from eval.score import MEASURES, Record

_WIDTH, _HEIGHT, _EDGE = 320, 200, 34
_N_WORST = 20

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c1d1f;background:#fff}
table{border-collapse:collapse;width:100%}
td,th{text-align:start;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ddd}
.wide{overflow-x:auto}.plots{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:0}figcaption{color:#555;font-size:.85rem}
svg{max-width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:#555}
.ink{stroke:#7a3e00;fill:none;stroke-width:2}
.bar{fill:#c98a4b}.axis{stroke:#999;fill:none}details{margin:.5rem 0}small{color:#555}
@media (prefers-color-scheme:dark){body{background:#17181a;color:#e8e8e5}.ink{stroke:#ffc37d}td,th{border-color:#333}
figcaption,small,svg text{color:#aaa;fill:#aaa}}
"""


def to_html(name: str, records: Sequence[Record], seconds: Sequence[Seconds]) -> str:
    """Return the report of a run; everything that comes from documents or questions is escaped."""
    rows = "".join(_row(figure) for figure in figures(records))
    body = (
        f"<h1>Run {escape(name)}</h1><p>{len(records)} questions. In brackets: 95% bootstrap intervals.</p>"
        f'<div class="plots">{_plots(records, seconds)}</div>'
        f'<div class="wide"><table><tr><th>figure<th>value<th>n<th>what it is</tr>{rows}</table></div>'
        f"<h2>The worst questions</h2>{_worst(records)}"
    )
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head += f"<title>Run {escape(name)}</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"


def _row(figure: Figure) -> str:
    value = "–" if math.isnan(figure.value) else f"{figure.value:.3f}"
    interval = f" [{figure.low:.3f}, {figure.high:.3f}]" if not math.isnan(figure.low) else ""
    about = f"<td>{figure.n}<td><small>{escape(MEASURES.get(figure.name, ''))}</small>"
    return f"<tr><td>{escape(figure.name)}<td>{value}<small>{interval}</small>{about}</tr>"


def _plots(records: Sequence[Record], seconds: Sequence[Seconds]) -> str:
    confidences, right = [r.confidence for r in records], [bool(r.scores.get("accuracy")) for r in records]
    coverage, risk = risk_coverage(confidences, right)
    kinds = by_kind(records, "right")
    stages = percentiles(seconds)
    ranks = [(f"@{k}", _mean([r.scores[f"evidence@{k}"] for r in records if r.answerable])) for k in (1, 3, 10)]
    return "".join(
        (
            _curve("Risk over coverage, the surest first", list(zip(coverage, risk, strict=True))),
            _curve("Share answerable (up) for the confidence given (right)", _calibration(records), diagonal=True),
            _bars("Right, by kind of question", [(k.name, k.value) for k in kinds]),
            _bars("A right sentence among the first 1, 3, 10", ranks),
            _bars("Seconds by stage, median", [(stage, p50) for stage, (p50, _) in stages.items()]),
        )
    )


def _calibration(records: Sequence[Record], bins: int = 10) -> list[tuple[float, float]]:
    found = []
    for n in range(bins):
        inside = [
            r for r in records if n / bins <= r.confidence < (n + 1) / bins or (n == bins - 1 and r.confidence == 1)
        ]
        if inside:
            found.append((_mean([r.confidence for r in inside]), _mean([float(r.answerable) for r in inside])))
    return found


def _curve(title: str, points: Sequence[tuple[float, float]], *, diagonal: bool = False) -> str:
    """Return a line through points in [0, 1] x [0, 1]."""
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    line = f'<polyline class="ink" points="{path}"/>' if path else ""
    even = f'<line class="axis" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>' if diagonal else ""
    marks = "".join(
        f'<text x="{_x(v)}" y="{_HEIGHT - 18}" text-anchor="middle">{v:g}</text>'
        f'<text x="{_EDGE - 6}" y="{_y(v) + 4}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.5, 1)
    )
    frame = f'<rect class="axis" x="{_x(0)}" y="{_y(1)}" width="{_x(1) - _x(0)}" height="{_y(0) - _y(1)}"/>'
    return _figure(title, _HEIGHT, frame + even + line + marks)


def _bars(title: str, values: Sequence[tuple[str, float]]) -> str:
    """Return a bar for each value, the longest as wide as the plot."""
    most = max((value for _, value in values if not math.isnan(value)), default=1.0) or 1.0
    rows = []
    for n, (name, value) in enumerate(values):
        top = 12 + n * 22
        width = 0 if math.isnan(value) else (_WIDTH - 180) * value / most
        rows.append(
            f'<text x="0" y="{top + 11}">{escape(name)}</text><rect class="bar" x="130" y="{top}" width="{width:.1f}" '
            f'height="14"/><text x="{134 + width:.1f}" y="{top + 11}">{value:.2f}</text>'
        )
    return _figure(title, 24 + 22 * len(values), "".join(rows))


def _figure(title: str, height: int, inside: str) -> str:
    drawn = (
        f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" role="img" aria-label="{escape(title)}">{inside}</svg>'
    )
    return f"<figure>{drawn}<figcaption>{escape(title)}</figcaption></figure>"


def _worst(records: Sequence[Record]) -> str:
    """Return the questions that went wrong, the surest mistakes first, with what the engine saw."""
    wrong = sorted((r for r in records if r.scores["right"] < 1), key=lambda r: (-r.confidence, r.question_id))
    parts = []
    for r in wrong[:_N_WORST]:
        golds = " · ".join(" / ".join(aliases) for aliases in r.golds) or "(the documents do not say)"
        saw = "".join(f"<li>{escape(text)}</li>" for text in r.evidence)
        refused = "".join(f"<li><s>{escape(text)}</s></li>" for text in r.refused)
        parts.append(
            f"<details><summary>{escape(r.question)} <small>{escape(r.kind)}, {r.confidence:.2f}</small></summary>"
            f"<p>{escape(r.text)}</p><p><small>Right would be: {escape(golds)}</small></p>"
            f"<ol>{saw}</ol><ul>{refused}</ul></details>"
        )
    return "".join(parts) or "<p>None.</p>"


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _x(value: float) -> float:
    return _EDGE + value * (_WIDTH - _EDGE - 10)


def _y(value: float) -> float:
    return _HEIGHT - _EDGE - value * (_HEIGHT - _EDGE - 10)
