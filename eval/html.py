"""Show a run as one HTML file that needs nothing else: figures, curves, the worst questions. records -> HTML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from eval.figures import Figure, Seconds, figures
from eval.plots import plots
from eval.report import about, n_questions
from eval.score import Record

_N_WORST = 20

_STYLE = """
:root{color-scheme:light dark;--ink:light-dark(#1c1d1f,#e8e8e5);--page:light-dark(#fff,#17181a);
--soft:light-dark(#5b5e63,#a9abae);--line:light-dark(#ddd,#333);--mark:light-dark(#7a3e00,#ffc37d);
--fill:light-dark(#c98a4b,#b07a45)}
:root[data-theme=light]{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1.5rem 1rem;color:var(--ink);
background:var(--page);overflow-wrap:anywhere}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
td,th{text-align:start;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line)}
td:nth-child(2),td:nth-child(3){white-space:nowrap}
.compared td:nth-child(4) small{display:block}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:1.5rem}
figure{margin:0}figcaption,small{color:var(--soft);font-size:.85rem}
svg{width:100%;height:auto;max-width:24rem}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
.curve{stroke:var(--mark);fill:none;stroke-width:2}.dot{fill:var(--mark)}
.bar{fill:var(--fill)}.pale{opacity:.45}.range{stroke:var(--ink)}.axis{stroke:var(--soft);fill:none}
details{margin:.5rem 0;border-bottom:1px solid var(--line);padding-bottom:.5rem}summary{cursor:pointer}
.gold{border-inline-start:3px solid var(--mark);padding-inline-start:.5rem}
@media (max-width:40rem){tr{display:block;padding:.4rem 0;border-bottom:1px solid var(--line)}
td{display:inline;border:0}
th{display:none}td:last-child{display:block}td:nth-child(3)::before{content:"n "}
.compared td:nth-child(3)::before{content:"→ "}.compared td:nth-child(4) small{display:inline}}
"""


def to_html(name: str, records: Sequence[Record], seconds: Sequence[Seconds]) -> str:
    """Return the report of a run; everything that comes from documents or questions is escaped."""
    rows = "".join(_row(figure) for figure in figures(records))
    claims = f"{sum(r.n_supported for r in records)} sentences shown, {sum(r.n_refused for r in records)} refused"
    body = (
        f"<h1>Run {escape(name)}</h1><p>{n_questions(records)}; {claims} by the verifier. "
        "In brackets: 95% bootstrap intervals.</p>"
        f'<div class="plots">{plots(records, seconds)}</div>'
        f"<h2>Figures</h2><table><tr><th>figure<th>value<th>n<th>what it is</tr>{rows}</table>"
        f"<h2>The worst questions</h2>{_worst(records)}"
    )
    return to_page(f"Run {name}", body)


def to_page(title: str, body: str) -> str:
    """Return a page in the report's style; `body` is HTML. Its `html` may be given a data-theme, light or dark."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    head += f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"


def _row(figure: Figure) -> str:
    value = "–" if math.isnan(figure.value) else f"{figure.value:.3f}"
    interval = f" [{figure.low:.3f}, {figure.high:.3f}]" if not math.isnan(figure.low) else ""
    told = f"<td>{figure.n}<td><small>{escape(about(figure.name))}</small>"
    return f"<tr><td>{escape(figure.name)}<td> {value}<small>{interval}</small> {told}</tr>"


def _worst(records: Sequence[Record]) -> str:
    """Return the questions that went wrong, the surest mistakes first, with what the engine saw."""
    wrong = sorted((r for r in records if r.scores["right"] < 1), key=lambda r: (-r.confidence, r.question_id))
    return "".join(map(_mistake, wrong[:_N_WORST])) or "<p>None.</p>"


def _mistake(r: Record) -> str:
    golds = " · ".join(" / ".join(aliases) for aliases in r.golds) or "(the documents do not say)"
    searched = f"<p><small>Searched as: {escape(r.query)}</small></p>" if r.query else ""
    saw = "".join(
        f"<li{' class=gold' if n == r.gold_rank else ''}>{escape(text)}</li>" for n, text in enumerate(r.evidence, 1)
    )
    where = f"first gold sentence at rank {r.gold_rank}" if r.gold_rank else "no gold sentence among the evidence"
    quotes = "".join(f"<li class=gold>{escape(text)}</li>" for text in r.quotes)
    refused = "".join(f"<li><s>{escape(text)}</s></li>" for text in r.refused)
    return (
        f"<details><summary>{escape(r.question)} <small>{escape(r.question_id)}, {escape(r.kind)}, {r.outcome}, "
        f"{r.confidence:.2f}</small></summary>{searched}<p>{escape(r.text)}</p>"
        f"<p><small>Right would be: {escape(golds)}{f'; {where}' if r.answerable else ''}</small></p>"
        f"<p><small>The engine saw</small></p><ol>{saw}</ol>"
        + (f"<p><small>The documents say</small></p><ul>{quotes}</ul>" if quotes else "")
        + (f"<p><small>Written by the model and refused</small></p><ul>{refused}</ul>" if refused else "")
        + "</details>"
    )
