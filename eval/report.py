"""Show a run. records and seconds -> Markdown that reads well in a terminal too."""

from __future__ import annotations

import math
from collections.abc import Sequence

from eval.figures import Figure, Seconds, by_kind, figures, percentiles
from eval.score import MEASURES, Record

_KIND_MEASURES = ("right", "accuracy", "accuracy_cited", "evidence@1", "evidence@3", "citation_recall")


def to_markdown(
    name: str, records: Sequence[Record], seconds: Sequence[Seconds], *, peak_memory_mb: int | None = None
) -> str:
    """Return the figures of each half, a table by kind, seconds by stage, claims, tokens and memory."""
    halves = [(title, [r for r in records if r.half == title]) for title in ("dev", "test")]
    parts = [f"# Run {name}", f"{n_questions(records)}. In brackets: 95% bootstrap intervals."]
    for title, some in halves:
        if some:
            parts += [f"## {title}", table_of(figures(some)), _kinds(some)]
    stages = [(stage, f"{p50:.3f}", f"{p95:.3f}") for stage, (p50, p95) in percentiles(seconds).items()]
    parts += ["## Seconds", _table(("stage", "p50", "p95"), stages)]
    parts += ["## Claims, tokens, memory", _counts(records, peak_memory_mb)]
    return "\n\n".join(parts)


def _counts(records: Sequence[Record], peak_memory_mb: int | None) -> str:
    tokens = sorted(r.prompt_tokens for r in records if r.prompt_tokens)
    told = f"median {tokens[len(tokens) // 2]}, most {tokens[-1]}" if tokens else "the model was not asked"
    rows = [
        ("sentences shown", str(sum(r.n_supported for r in records))),
        ("sentences refused by the verifier", str(sum(r.n_refused for r in records))),
        ("tokens of a prompt", told),
        ("peak memory", f"{peak_memory_mb} MB" if peak_memory_mb else "not told by this system"),
    ]
    return _table(("what", "how much"), rows)


def table_of(found: Sequence[Figure]) -> str:
    """Return figures with their intervals as a table."""
    rows = [(f.name, _told(f), str(f.n), about(f.name)) for f in found]
    return _table(("figure", "value", "n", "what it is"), rows)


def n_questions(records: Sequence[Record]) -> str:
    """Return how many questions were asked, in words."""
    return f"{len(records)} question{'s' if len(records) != 1 else ''}"


def about(name: str) -> str:
    """Return what a figure is, in a few words; "" for one that needs none."""
    return MEASURES.get(name, _OTHER.get(name, ""))


def to_brief(records: Sequence[Record], seconds: Sequence[Seconds]) -> str:
    """Return the figures that a commit message quotes: a table of the halves, then the seconds of an answer."""
    halves = {half: [r for r in records if r.half == half] for half in ("dev", "test")}
    columns = {half: {f.name: f for f in figures(some)} for half, some in halves.items() if some}
    rows = [
        (name, *(_told(column[name], 2) for column in columns.values()))
        for name in _BRIEF
        if any(column[name].n for column in columns.values())
    ]
    counts = [f"{half} ({len(halves[half])})" for half in columns]
    p50, p95 = percentiles(seconds).get("total", (math.nan, math.nan))
    return f"{_table(('figure', *counts), rows)}\n\nSeconds an answer: median {p50:.2f}, 95th percentile {p95:.2f}."


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
    "conflict_false": "answers that tell of a disagreement where there is none, lower is better",
    "claims_supported": "share of the sentences written that the verifier let pass (its own judgement)",
}


_BRIEF = (
    "right", "accuracy", "accuracy_cited", "evidence@1", "passage@10", "citation_precision", "citation_recall",
    "quote_fidelity", "declined", "abstention_precision", "abstention_auc",
)  # fmt: skip


def _told(figure: Figure, places: int = 3) -> str:
    if math.isnan(figure.value):
        return "–"
    interval = "" if math.isnan(figure.low) else f" [{figure.low:.{places}f}, {figure.high:.{places}f}]"
    return f"{figure.value:.{places}f}{interval}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose columns line up as plain text."""
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, *rows)
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
