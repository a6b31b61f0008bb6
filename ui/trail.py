"""Draw how an answer was found: query, hits, evidence, what was refused, seconds. Answer -> HTML."""

from __future__ import annotations

import re
from html import escape
from math import floor
from pathlib import Path

from rag.records import Answer, Evidence, Hit, Query, Span
from rag.render import shortened
from rag.retrieval.lexical import shared_words
from ui.sources import opens
from ui.words import Say, tagged

_MAX_START = 90
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
"""What marks a heading in a text, which says nothing in one line."""


def draw_trail(answer: Answer, say: Say, threshold: float | None) -> str:
    """Return, folded, what was searched (to be edited and searched again), what came of it and why, and the seconds.

    Above it stands how many sentences the check refused, which opens it.
    """
    total = f'<span dir="ltr">{answer.timings.get("total", 0.0):.1f} s</span>'
    sure = tagged(say, "sure", percent=percent(answer.prompt.confidence))
    least = f" {tagged(say, 'least', percent=f'{threshold:.0%}')}" if threshold is not None else ""
    refused = _refused(answer)
    parts = [
        _query(answer, say),
        f"<p>{sure}.{least}</p>",
        _listed(tagged(say, "hits"), [_hit(hit, answer.prompt.query, say) for hit in answer.hits], "ol"),
        _listed(tagged(say, "evidence"), [_evidence(one) for one in answer.prompt.evidence], "ol"),
        _listed(tagged(say, "refused_claims"), refused, "ul"),
        _seconds(answer, say),
    ]
    return _n_refused(len(refused), say) + (
        f'<details class="fn-how"><summary>{tagged(say, "how")} <span>{sure} · {total}</span></summary>'
        f"{''.join(parts)}</details>"
    )


def percent(share: float) -> str:
    """Return a share in whole percents, rounded down: what is under the threshold never reads as if it reached it."""
    return f"{floor(100 * share + 1e-9)}%"


def _query(answer: Answer, say: Say) -> str:
    """Return the query as searched, in a box in which it can be changed and searched again."""
    text, label = escape(answer.prompt.query.text, quote=True), tagged(say, "searched_for")
    return (
        f'<form class="fn-query"><label><span>{label}</span>'
        f'<input name="query" dir="auto" value="{text}" maxlength="2000"></label>'
        f'<button type="submit">{tagged(say, "search_again")}</button></form>'
    )


def _listed(title: str, rows: list[str], kind: str) -> str:
    return f"<h3>{title}</h3><{kind}>{''.join(rows)}</{kind}>" if rows else ""


def _hit(hit: Hit, query: Query, say: Say) -> str:
    words = f": {escape(', '.join(shared_words(query, hit.passage)))}"
    found = [
        f"{_by(name, say)} {rank} ({hit.scores[name]:.2f}{words if name == 'lexical' else ''})"
        for name, rank in sorted(hit.ranks.items())
    ]
    read = [f"{_by(name, say)} ({score:.2f})" for name, score in hit.reread.items()]
    reasons = ", ".join(found + read)
    p = hit.passage
    begins = _HEADING.sub("", p.text).removeprefix(p.title)
    told = f"{p.title or Path(p.path).name}: {_start(begins)}"
    place = _place(told, opens(p.doc_id, Span(p.start, p.end), p.title, _start(p.text)))
    return f"<li>{place} <span>{hit.score:.2f}: {reasons}</span></li>"


def _by(name: str, say: Say) -> str:
    """Return what found or read a hit; a cross-encoder has its own name."""
    return tagged(say, f"by_{name}") if name in _SEARCHES else escape(name)


def _evidence(e: Evidence) -> str:
    p = e.hit.passage
    opened = opens(p.doc_id, Span(e.start, e.end), p.title, e.text)
    return f"<li>{_place(_start(e.text), opened)} <span>{e.score:.2f}</span></li>"


def _place(words: str, opened: str) -> str:
    return f'<button type="button" class="fn-open" {opened} dir="auto">{escape(words)}</button>'


def _n_refused(n: int, say: Say) -> str:
    """Return how many sentences are not shown, to be pressed to see them; "" for none."""
    if not n:
        return ""
    told = tagged(say, "refused_one") if n == 1 else tagged(say, "refused_many", n=n)
    return f'<button type="button" class="fn-refused">{told}</button>'


def _refused(answer: Answer) -> list[str]:
    return [
        f'<li dir="auto"><s>{escape(claim.text)}</s> <span data-w>{escape(claim.why)}</span></li>'
        for claim in answer.claims
        if claim.verdict == "unsupported"
    ]


def _seconds(answer: Answer, say: Say) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{tagged(say, _STAGES[stage]) if stage in _STAGES else escape(stage)}</th>"
        f"<td>{took:.2f} s</td></tr>"
        for stage, took in answer.timings.items()
    )
    caption = f"{tagged(say, 'model')}: {escape(answer.model)}"
    return f"<table class='fn-seconds'><caption>{caption}</caption>{rows}</table>"


_STAGES = {stage: f"stage_{stage}" for stage in ("search", "evidence", "check", "write", "total")}
_SEARCHES = ("dense", "lexical", "reader")


def _start(text: str) -> str:
    return shortened(text, _MAX_START)
