"""Show a run. records and seconds -> Markdown that reads well in a terminal too."""

from __future__ import annotations

from collections.abc import Sequence

from eval.figures import Figure, Seconds, by_kind, figures, percentiles
from eval.score import MEASURES, Record

_KIND_MEASURES = ("right", "accuracy", "evidence@1", "evidence@3", "citation_recall")


def to_markdown(name: str, records: Sequence[Record], seconds: Sequence[Seconds]) -> str:
    """Return the figures of each half, a table by kind, seconds by stage."""
    halves = [(title, [r for r in records if r.half == title]) for title in ("dev", "test")]
    parts = [f"# Run {name}", f"{len(records)} questions. In brackets: 95% bootstrap intervals."]
    for title, some in halves:
        if some:
            parts += [f"## {title}", table_of(figures(some)), _kinds(some)]
    stages = [(stage, f"{p50:.3f}", f"{p95:.3f}") for stage, (p50, p95) in percentiles(seconds).items()]
    parts += ["## Seconds", _table(("stage", "p50", "p95"), stages)]
    return "\n\n".join(parts)


def table_of(found: Sequence[Figure]) -> str:
    """Return figures with their intervals as a table."""
    rows = [(f.name, _told(f), str(f.n), MEASURES.get(f.name, _OTHER.get(f.name, ""))) for f in found]
    return _table(("figure", "value", "n", "what it is"), rows)


def _kinds(records: Sequence[Record]) -> str:
    columns = [by_kind(records, measure) for measure in _KIND_MEASURES]
    rows = []
    for n, first in enumerate(columns[0]):
        values = [f"{c[n].value:.2f}" if c[n].n else "–" for c in columns]
        rows.append((first.name, str(first.n), *values))
    return _table(("kind", "n", *_KIND_MEASURES), rows)


_OTHER = {
    "abstention_precision": "silences that were due",
    "abstention_recall": "unanswerable questions met with silence",
    "abstention_auc": "chance that an answerable question gets more confidence than an unanswerable one",
    "abstention_aurc": "mean risk over all coverages, lower is better",
    "calibration_error": "expected gap between confidence and the share answerable, lower is better",
}


def _told(figure: Figure) -> str:
    if figure.value != figure.value:
        return "–"
    interval = f" [{figure.low:.3f}, {figure.high:.3f}]" if figure.low == figure.low else ""
    return f"{figure.value:.3f}{interval}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose columns line up as plain text."""
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, *rows)
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
