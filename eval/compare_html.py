"""Show two runs beside each other as one HTML file that needs nothing else. records before and after -> HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.compare import Difference, differences, flips, scores_of
from eval.html import to_page
from eval.plots import changes
from eval.report import about
from eval.score import Record

_SHOWN_FLIPS = 12


def to_html(names: tuple[str, str], before: Sequence[Record], after: Sequence[Record]) -> str:
    """Return the paired differences with their intervals, a verdict on each, and what flipped; all of it escaped.

    Raises `QuestionSetError` when the runs share no question.
    """
    found = differences(scores_of(before), scores_of(after))
    shared = max(d.n for d in found)
    changed = [f"{escape(d.measure)} is {d.verdict}" for d in found if d.is_shown]
    heads = "".join(f"<th>{head}" for head in ("figure", "before", "after", "change", "verdict", "what it is"))
    won, lost = flips(before, after)
    body = (
        f"<h1>{escape(names[1])}, compared with {escape(names[0])}</h1>"
        f"<p>{shared} question{'s' * (shared != 1)} that both were asked. "
        "In brackets: 95% bootstrap intervals of the change.</p>"
        f"<p><strong>{'; '.join(changed) or 'No difference shown'}.</strong></p>"
        f'<div class="plots">{changes("Change of each figure, with 95% intervals", found)}</div>'
        f"<h2>Figures</h2><table class=compared><tr>{heads}</tr>{''.join(map(_row, found))}</table>"
        f"{_flipped('became right', won)}{_flipped('became wrong', lost)}"
    )
    return to_page(f"{names[1]} and {names[0]}", body)


def _row(d: Difference) -> str:
    return (
        f"<tr><td>{escape(d.measure)}<td>{d.before:.3f}<td>{d.after:.3f}<td>{d.after - d.before:+.3f} "
        f"<small>[{d.low:+.3f}, {d.high:+.3f}]</small><td>{d.verdict} <small>n {d.n}, p {d.p:.3f}</small>"
        f"<td><small>{escape(about(d.measure))}</small></tr>"
    )


def _flipped(title: str, records: Sequence[Record]) -> str:
    rows = "".join(
        f"<li>{escape(r.question)} <small>{escape(r.question_id)}, {escape(r.kind)}</small><br>{escape(r.text)}"
        for r in records[:_SHOWN_FLIPS]
    )
    more = f"<p>And {len(records) - _SHOWN_FLIPS} more.</p>" if len(records) > _SHOWN_FLIPS else ""
    return f"<h2>{len(records)} {title}</h2><ul>{rows}</ul>{more}"
